import type { OcppVersion } from './version.ts';

/** What a CALLERROR says, independent of the version that spells it (OCPP-J 1.6 §4.2.3, OCPP-J 2.x §4.3, T-14). */
export type OcppErrorCode =
  | 'NotImplemented'
  | 'NotSupported'
  | 'InternalError'
  | 'ProtocolError'
  | 'SecurityError'
  | 'FormatViolation'
  | 'PropertyConstraintViolation'
  | 'OccurrenceConstraintViolation'
  | 'TypeConstraintViolation'
  | 'GenericError'
  | 'MessageTypeNotSupported'
  | 'RpcFrameworkError';

/** Where 1.6 differs: two codes have other spellings (T-14), the last two came with 2.x and have no better word in 1.6. */
const spellings16: Readonly<Partial<Record<OcppErrorCode, string>>> = {
  FormatViolation: 'FormationViolation',
  OccurrenceConstraintViolation: 'OccurenceConstraintViolation',
  MessageTypeNotSupported: 'GenericError',
  RpcFrameworkError: 'FormationViolation',
};

/** Every spelling that is understood, whichever version the peer speaks: stations and backends mix them up (T-14). */
const codesByText: ReadonlyMap<string, OcppErrorCode> = new Map<string, OcppErrorCode>([
  ['NotImplemented', 'NotImplemented'],
  ['NotSupported', 'NotSupported'],
  ['InternalError', 'InternalError'],
  ['ProtocolError', 'ProtocolError'],
  ['SecurityError', 'SecurityError'],
  ['FormatViolation', 'FormatViolation'],
  ['FormationViolation', 'FormatViolation'],
  ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  ['OccurrenceConstraintViolation', 'OccurrenceConstraintViolation'],
  ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  ['TypeConstraintViolation', 'TypeConstraintViolation'],
  ['GenericError', 'GenericError'],
  ['MessageTypeNotSupported', 'MessageTypeNotSupported'],
  ['RpcFrameworkError', 'RpcFrameworkError'],
]);

/** The spelling of an error code in the frames of a version, e.g. `FormationViolation` in 1.6 (T-14). */
export function errorCodeOnWire(code: OcppErrorCode, version: OcppVersion): string {
  return version === 'ocpp1.6' ? (spellings16[code] ?? code) : code;
}

/** The error code that a received text means, in the spelling of any version; `undefined` for words of no version (T-14). */
export function parseErrorCode(text: string): OcppErrorCode | undefined {
  return codesByText.get(text);
}
