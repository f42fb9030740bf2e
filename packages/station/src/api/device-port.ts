import type { DeliveryCounters } from '../delivery/delivery-events.ts';
import type { AuthorizationDecision } from '../authorization/decision.ts';
import type { IdTokenAnswer } from '../authorization/id-token-answer.ts';
import type { ScheduledChanges } from '../params/scheduled-changes.ts';
import type { RequestedSubject } from '../security/certificate-request.ts';
import type { Actor } from './actor.ts';
import type { ApiFirmware } from './firmware-port.ts';
import type { TwoTexts } from './two-texts.ts';

/** What people on site do with the device itself. */
export interface ApiDevice {
  readonly outbox: ApiOutbox;
  readonly authorization: ApiAuthorization;
  readonly certificate: ApiOwnCertificate;
  readonly firmware: ApiFirmware;
  /** Changes of parameters that wait until no transaction runs. */
  readonly scheduled: Pick<ScheduledChanges, 'view' | 'set' | 'cancel'>;
}

/** What waits for the backend, and what it did not take. Times are wall times in ms since 1970. */
export interface ApiOutbox {
  view(): Promise<OutboxView>;
  /**
   * Tries one dead letter again as soon as nothing waits.
   * @throws KerbsideError `outbox.unknown`, `outbox.refused`
   */
  resend(seq: number): void;
  /**
   * Takes one dead letter out for ever, with what cannot be delivered without it; resolves with how many when that is on disk. One
   * without which a transaction cannot be billed only with `confirm`; that it went stands in the logbook.
   * @throws KerbsideError `outbox.unknown`, `outbox.refused`, `outbox.confirm`, `store.unavailable`
   */
  delete(seq: number, confirm: boolean, by: Actor): Promise<number>;
}

/** The outbox as people see it. */
export interface OutboxView {
  /** The message whose answer is awaited. */
  readonly inFlight: { readonly action: string; readonly ageMs: number; readonly id: string } | null;
  /** By class; *state* lives in memory, the others are on disk. */
  readonly waiting: { readonly transaction: number; readonly event: number; readonly state: number };
  /** By the message that it becomes. */
  readonly waitingByAction: Readonly<Record<string, number>>;
  readonly parked: number;
  /** What the waiting messages take on disk. */
  readonly bytes: number;
  /** The most that may wait (`traffic.queueSize`). */
  readonly bound: number;
  /** When the next message is sent again; null: none waits for its time. */
  readonly nextRetryMs: number | null;
  /** Of the message that goes first: how often it failed, and how last. */
  readonly attempts: number;
  readonly lastError: string | null;
  /** When the oldest that waits happened. */
  readonly oldestMs: number | null;
  /** Nothing more is sent, because answers cannot be recorded. */
  readonly storeBlocked: boolean;
  readonly overflow: boolean;
  /** Since the start of the process. */
  readonly counters: DeliveryCounters;
}

/** What the station knows of cards. */
export interface ApiAuthorization {
  /** Some entries of the cache, the newest first. */
  cache(from: number, count: number): CacheView;
  /** Forgets the whole cache; resolves with how many entries when that is on disk. */
  clearCache(): Promise<number>;
  decide(card: string): CardVerdict;
}

/** The answers of the backend that are remembered. */
export interface CacheView {
  /** `AuthorizationCacheEnabled`: whether they count. */
  readonly enabled: boolean;
  readonly count: number;
  /** The most entries (`authorization.cacheSize`). */
  readonly size: number;
  readonly entries: readonly ({ readonly idTag: string; readonly updatedMs: number } & IdTokenAnswer)[];
}

/** What the station would do with a card now, and why. */
export interface CardVerdict {
  /** As it would be told to a backend: `authorization.tagLetterCase` and `authorization.tagByteOrder` may change what a reader reads. */
  readonly idTag: string;
  /** *ask*: the backend would be asked; `otherwise` counts when it does not answer. */
  readonly decision: 'accept' | 'refuse' | 'ask';
  readonly by: CardReason;
  readonly online: boolean;
  /** What is decided when the backend does not answer in time; null where it is not asked. */
  readonly otherwise: { readonly decision: 'accept' | 'refuse'; readonly by: CardReason } | null;
  /** What is known of the card; null: nothing. */
  readonly known: {
    readonly localList: IdTokenAnswer | null;
    readonly whiteList: boolean;
    readonly cache: IdTokenAnswer | null;
  };
}

/** Why a card is accepted, refused, or asked for. */
export type CardReason =
  | Extract<AuthorizationDecision, { readonly by: unknown }>['by']
  | 'backend'
  | 'free'
  | 'freeNeedsNoCard'
  | 'freeWithoutTag'
  | 'readerOff'
  | 'tooLong'
  | 'empty';

/** The station's own certificate. */
export interface ApiOwnCertificate {
  /** What is wrong with the certificates of the station or ends soon. */
  problems(): readonly TwoTexts[];
  /**
   * Makes a key and a request for a certificate, PEM; the key is on disk and never leaves the station.
   * @throws KerbsideError `certificate.refused`, `store.unavailable`
   */
  request(subject: Partial<RequestedSubject>): Promise<string>;
  /**
   * Takes a signed certificate with its chain, PEM; resolves when it is on disk, false when it is the one in use. The link logs in
   * with it next, and goes back to the one before when the backend refuses it.
   * @throws KerbsideError `certificate.refused`, `store.unavailable`
   */
  install(chain: string): Promise<boolean>;
}
