import type { OcppErrorCode } from './errors.ts';
import type { OcppVersion } from './version.ts';

/** The two ends of an OCPP link: the charging station and the Central System or CSMS. */
export type Role = 'station' | 'backend';

/**
 * How the station's delivery treats a message of its own.
 * - `boot`: opens the registration, goes before everything else.
 * - `transaction`: durable, strictly in the order of time, repeated until delivered or parked.
 * - `event`: durable and bounded, in no order, never before or between a Start and its Stop.
 * - `state`: in memory, the newest replaces the older ones of the same subject.
 * - `call`: worth something only now; whoever asked waits for the answer. Also everything that only the backend sends.
 */
export type DeliveryClass = 'boot' | 'transaction' | 'event' | 'state' | 'call';

/** One row of a version's message table. */
export interface MessageDescriptor {
  /** The action name as it stands in the CALL; case-sensitive (T-16). */
  readonly action: string;
  /** Who may send the request. */
  readonly sender: Role | 'both';
  /** The feature profile (1.6) or functional block (2.x) that the message belongs to. */
  readonly profile: string;
  readonly delivery: DeliveryClass;
  /** Where the message is specified. */
  readonly clause: string;
}

/** Why a payload may not be sent or was not accepted (T-15). */
export interface Violation {
  readonly code: OcppErrorCode;
  /** JSON pointer (RFC 6901) to the offending value; for a missing or a surplus member, to the object around it. */
  readonly path: string;
  /** What is wrong, for logs and error descriptions; never contains the value itself, which may be a secret. */
  readonly problem: string;
  /** Nothing is wrong but members which the schema does not know. */
  readonly onlyAdditionalProperties: boolean;
}

/** All that the RPC layer needs to know about one OCPP version; each version's folder provides one. */
export interface Protocol {
  readonly version: OcppVersion;
  /** By action name. */
  readonly messages: ReadonlyMap<string, MessageDescriptor>;
  /** Checks a request payload; `undefined` when it obeys the schema, `NotImplemented` when the version has no such action. */
  validateRequest(action: string, payload: unknown): Violation | undefined;
  /** Checks a response payload; `undefined` when it obeys the schema, `NotImplemented` when the version has no such action. */
  validateResponse(action: string, payload: unknown): Violation | undefined;
}
