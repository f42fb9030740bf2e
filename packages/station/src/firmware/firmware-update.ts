import { isRecord, type Json } from '../core/json.ts';
import type { UpdateStatus } from '../delivery/session.ts';

/** Where an update stands; each is on disk before what it stands for begins. */
export type UpdatePhase =
  /** For the time of the download. */
  | 'scheduled'
  | 'downloading'
  /** The image is whole, its signature is not checked yet. */
  | 'downloaded'
  /** It may be installed: waits for the time, and for transactions to end. */
  | 'ready'
  | 'installing'
  /** The software restarts into the new image, or tries it. */
  | 'restarting'
  /** The new image has proven itself, and is told to stay. */
  | 'confirming'
  | 'over';

/** What a backend asks for. */
export interface UpdateRequest {
  /** *signed*: it names a certificate and a signature, which count. */
  readonly kind: 'plain' | 'signed';
  /** The backend's number; null for a plain one, which has none. */
  readonly requestId: number | null;
  /** May hold a password: never shown, and forgotten at the end. */
  readonly location: string;
  /** Not before these (ms since 1970); null: at once. */
  readonly retrieveMs: number | null;
  readonly installMs: number | null;
  /** How often a failed download is tried again; null leaves it to the station. */
  readonly retries: number | null;
  readonly retryIntervalSeconds: number | null;
  /** The certificate (PEM) and the signature (base64) over the image; null for a plain one. */
  readonly signed: { readonly certificate: string; readonly signature: string } | null;
}

/** One update, as it is kept over restarts and power cuts (S-17, F-01). */
export interface FirmwareUpdate extends UpdateRequest {
  /** Names it towards the installer. */
  readonly id: string;
  /** Who brought it to the station; absent: a backend ordered it, and is told how it goes. */
  readonly by?: string;
  readonly phase: UpdatePhase;
  /** How many downloads have begun, and how many restarts into the image. */
  readonly attempts: number;
  readonly restarts: number;
  /** What was last to be told; null before the first. */
  readonly status: UpdateStatus | null;
  /** What the backend has not heard yet, in order. */
  readonly untold: readonly UpdateStatus[];
  /** Why it failed, for people. */
  readonly problem: string | null;
  readonly sinceMs: number;
}

/** In the plain form of 1.6 there are no words for these: nothing is told of them. */
const signedOnly: ReadonlySet<UpdateStatus> = new Set<UpdateStatus>([
  'downloadScheduled',
  'signatureVerified',
  'installScheduled',
  'installRebooting',
]);

/** A new update. */
export function newUpdate(id: string, request: UpdateRequest, nowMs: number): FirmwareUpdate {
  const start = { attempts: 0, restarts: 0, status: null, untold: [], problem: null, sinceMs: nowMs };
  return { ...request, id, phase: 'scheduled', ...start };
}

/** An update with an image that a person brought, and that is kept already. */
export function broughtUpdate(id: string, request: UpdateRequest, by: string, nowMs: number): FirmwareUpdate {
  return { ...newUpdate(id, request, nowMs), phase: 'downloaded', by };
}

/** What changes of an update. */
export interface UpdateChange {
  readonly phase?: UpdatePhase;
  readonly attempts?: number;
  readonly restarts?: number;
  /** To be told; one that was told last is not told again (fault 53). */
  readonly status?: UpdateStatus;
  readonly problem?: string;
}

/** The update after a change. What is over keeps no address. */
export function changed(update: FirmwareUpdate, { status, ...change }: UpdateChange): FirmwareUpdate {
  const next: FirmwareUpdate = { ...update, ...change };
  const isNew = status !== undefined && status !== update.status;
  const isTold = isNew && (update.kind === 'signed' || !signedOnly.has(status));
  const untold = isTold && update.by === undefined ? [...update.untold, status] : update.untold;
  const told: FirmwareUpdate = isTold ? { ...next, status, untold } : next;
  return told.phase === 'over' ? { ...told, location: '', signed: null } : told;
}

/** Whether it cannot be cancelled any more: its image is being installed, or runs on trial. */
export function isCommitted({ phase }: FirmwareUpdate): boolean {
  return phase === 'installing' || phase === 'restarting' || phase === 'confirming';
}

/** The update as JSON, with its address: for the store only. */
export function updateToJson(update: FirmwareUpdate): Json {
  return { ...update, untold: [...update.untold], signed: update.signed === null ? null : { ...update.signed } };
}

/** Reads what is stored; null when it cannot be an update. */
export function updateFromJson(value: Json | undefined): FirmwareUpdate | null {
  if (!isRecord(value)) return null;
  const { id, kind, location, phase, attempts, restarts, untold } = value;
  const complete =
    typeof id === 'string' &&
    (kind === 'plain' || kind === 'signed') &&
    typeof location === 'string' &&
    typeof phase === 'string' &&
    typeof attempts === 'number' &&
    typeof restarts === 'number' &&
    Array.isArray(untold);
  return complete ? (value as unknown as FirmwareUpdate) : null;
}
