import { isRecord, type Json } from '../core/json.ts';
import type { RequestedSubject } from './certificate-request.ts';

/** A certificate of the station with its private key. The key is in memory and in the store, nowhere else (S-07). */
export interface StationCredential {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** PEM, the station's own first. */
  readonly chain: string;
}

/** A certificate that the station wants to have signed. */
export interface SigningRequest {
  /** Why: a backend asked for it, or the one in use ends soon. */
  readonly reason: 'triggered' | 'expiring';
  /** PEM; null until the key is made. */
  readonly csr: string | null;
  /** How often it was sent without the answer Accepted, or in vain. */
  readonly attempts: number;
  /** The backend took it and will send the certificate. */
  readonly taken: boolean;
}

/** A request that a person took along, to have it signed wherever that is done. */
export interface LocalRequest {
  /** PKCS #8, PEM. */
  readonly key: string;
  readonly subject: RequestedSubject;
}

/** All that a station has for its own certificate. */
export interface StationCertificateState {
  readonly active: StationCredential | null;
  /** A backend let the station in with the active one. */
  readonly proven: boolean;
  /** The one before, until the active one has proven itself. */
  readonly previous: StationCredential | null;
  /** Keys for which a certificate may still come, newest first. */
  readonly openKeys: readonly string[];
  readonly request: SigningRequest | null;
  /** Requests of people, newest first; their certificates come from people too. */
  readonly localRequests: readonly LocalRequest[];
  /** Wall ms before which the end of the active one brings no further request. */
  readonly renewAfterMs: number;
}

/** A backend may ask a second time before the first certificate is there, and the first then still fits. */
const mostOpenKeys = 2;
/** Somebody may try several times before one of them is signed. */
const mostLocalRequests = 4;

export const noStationCertificate: StationCertificateState = {
  active: null,
  proven: false,
  previous: null,
  openKeys: [],
  request: null,
  localRequests: [],
  renewAfterMs: 0,
};

/** A certificate is wanted; a request that is open gives way to it (S-08: each has a key of its own). */
export function wanted(
  state: StationCertificateState,
  reason: SigningRequest['reason'],
  renewAfterMs: number,
): StationCertificateState {
  return { ...state, renewAfterMs, request: { reason, csr: null, attempts: 0, taken: false } };
}

/** The key and the text of the request are there. */
export function prepared(state: StationCertificateState, key: string, csr: string): StationCertificateState {
  if (state.request === null) return state;
  const openKeys = [key, ...state.openKeys].slice(0, mostOpenKeys);
  return { ...state, openKeys, request: { ...state.request, csr } };
}

/** A person has a request made. */
export function requestedLocally(state: StationCertificateState, request: LocalRequest): StationCertificateState {
  return { ...state, localRequests: [request, ...state.localRequests].slice(0, mostLocalRequests) };
}

/**
 * A person brings a signed certificate. What the backend was asked for goes on, unless it was only to renew the one before; the key
 * is kept with its subject, as the chain may be brought once more.
 */
export function signedLocally(state: StationCertificateState, credential: StationCredential): StationCertificateState {
  const at = state.localRequests.findIndex(({ key }) => key === credential.key);
  if (at < 0) return signed(state, credential);
  const { openKeys, request } = state;
  return {
    ...signed(state, credential),
    openKeys,
    request: request?.reason === 'expiring' ? null : request,
    localRequests: state.localRequests.slice(0, at + 1),
  };
}

/** The request was sent; `taken` as the backend answered. */
export function sent(state: StationCertificateState, taken: boolean): StationCertificateState {
  if (state.request === null) return state;
  return { ...state, request: { ...state.request, taken, attempts: state.request.attempts + 1 } };
}

/** The request is given up; a certificate that comes nevertheless is taken. */
export function givenUp(state: StationCertificateState): StationCertificateState {
  return { ...state, request: null };
}

/** A signed certificate is taken. The proven one before it is kept until it proves itself (S-09). */
export function signed(state: StationCertificateState, credential: StationCredential): StationCertificateState {
  const { active, previous, openKeys, request } = state;
  const at = openKeys.indexOf(credential.key);
  return {
    ...state,
    active: credential,
    proven: false,
    previous: state.proven ? active : previous,
    // A newer key may still get its certificate; older ones are of no use any more.
    openKeys: at < 0 ? openKeys : openKeys.slice(0, at),
    request: at > 0 ? request : null,
  };
}

/** A backend let the station in with the active certificate: the one before is not needed any more. */
export function proven(state: StationCertificateState): StationCertificateState {
  return { ...state, proven: true, previous: null };
}

/** The active certificate is refused: the one before takes its place again. */
export function fallenBack(state: StationCertificateState): StationCertificateState {
  return { ...state, active: state.previous, proven: true, previous: null };
}

/** The private keys for which a certificate may come. */
export function usableKeys({ openKeys, active }: StationCertificateState): readonly string[] {
  return active === null ? openKeys : [...openKeys, active.key];
}

/** The state for the store. */
export function certificateToDocument(state: StationCertificateState): Json {
  const { active, previous, request } = state;
  return {
    version: 1,
    active: active === null ? null : { ...active },
    proven: state.proven,
    previous: previous === null ? null : { ...previous },
    openKeys: [...state.openKeys],
    request: request === null ? null : { ...request },
    localRequests: state.localRequests.map(({ key, subject }) => ({ key, ...subject })),
    renewAfterMs: state.renewAfterMs,
  };
}

/** Reads the state back; what cannot be used counts as missing. */
export function certificateFromDocument(document: unknown): StationCertificateState {
  if (!isRecord(document)) return noStationCertificate;
  const { openKeys, renewAfterMs } = document;
  return {
    active: credentialFrom(document['active']),
    proven: document['proven'] === true,
    previous: credentialFrom(document['previous']),
    openKeys: Array.isArray(openKeys) ? openKeys.filter((key) => typeof key === 'string') : [],
    request: requestFrom(document['request']),
    localRequests: localRequestsFrom(document['localRequests']),
    renewAfterMs: typeof renewAfterMs === 'number' ? renewAfterMs : 0,
  };
}

function credentialFrom(document: unknown): StationCredential | null {
  if (!isRecord(document)) return null;
  const { key, chain } = document;
  return typeof key === 'string' && typeof chain === 'string' ? { key, chain } : null;
}

function requestFrom(document: unknown): SigningRequest | null {
  if (!isRecord(document)) return null;
  const { csr, attempts, taken } = document;
  return {
    reason: document['reason'] === 'expiring' ? 'expiring' : 'triggered',
    csr: typeof csr === 'string' ? csr : null,
    attempts: typeof attempts === 'number' ? attempts : 0,
    taken: taken === true,
  };
}

function localRequestsFrom(document: unknown): readonly LocalRequest[] {
  if (!Array.isArray(document)) return [];
  return document.filter(isRecord).flatMap(({ key, commonName, organization }) => {
    const isWhole = typeof key === 'string' && typeof commonName === 'string' && typeof organization === 'string';
    return isWhole ? [{ key, subject: { commonName, organization } }] : [];
  });
}
