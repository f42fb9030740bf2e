import { createRequire } from 'node:module';

/** What a backend may expect for a text that it sent. */
export type ExpectedAnswer =
  /** No answer: it was no CALL, or one without an id that could be answered. */
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly id: string; readonly codes: readonly string[] }
  /** A trigger for a message that is not in the list: NotImplemented (TR-01), or what else may be wrong with the CALL. */
  | { readonly kind: 'unknownTrigger'; readonly id: string; readonly codes: readonly string[] }
  /** The schema allows the CALL: a confirmation, or a code that says why it is not served. */
  | { readonly kind: 'served'; readonly id: string };

const violations = [
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'ProtocolError',
];

interface Validator {
  readonly subprotocol: string;
  /** Throws when the schema does not allow the payload. */
  validate(schemaId: string, payload: unknown): boolean;
}

// The types of the package promise a default export that its CommonJS file does not have.
const validators = createRequire(import.meta.url)('ocpp-rpc/lib/standard-validators.js') as readonly Validator[];
const validator = validators.find(({ subprotocol }) => subprotocol === 'ocpp1.6');

/**
 * What OCPP-J 1.6 says to a text (T-13…T-16), judged by the validators of `ocpp-rpc`, which share nothing with ours but the
 * schemas. `longestId`: longer ids are not answered.
 */
export function expectedAnswer(text: string, longestId: number): ExpectedAnswer {
  const frame = parsed(text);
  if (!Array.isArray(frame) || frame[0] !== 2) return { kind: 'none' };
  const [, id, action, payload] = frame as readonly unknown[];
  if (typeof id !== 'string' || id === '' || id.length > longestId) return { kind: 'none' };
  if (frame.length !== 4 || typeof action !== 'string') return { kind: 'error', id, codes: ['FormationViolation'] };
  if (!isBackendAction(action)) return { kind: 'error', id, codes: ['NotImplemented', 'NotSupported'] };
  // Whoever writes null for what is left out is understood (T-20).
  if (isValid(action, payload ?? {}) || isValid(action, withoutNulls(payload))) return { kind: 'served', id };
  const kind = action.endsWith('TriggerMessage') && namesTrigger(payload) ? 'unknownTrigger' : 'error';
  return { kind, id, codes: violations };
}

function withoutNulls(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(withoutNulls);
  if (typeof payload !== 'object' || payload === null) return payload;
  const kept = Object.entries(payload).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutNulls(value)]));
}

function namesTrigger(payload: unknown): boolean {
  return (
    typeof payload === 'object' && payload !== null && typeof Reflect.get(payload, 'requestedMessage') === 'string'
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const backendActions: ReadonlySet<string> = new Set([
  'CancelReservation',
  'CertificateSigned',
  'ChangeAvailability',
  'ChangeConfiguration',
  'ClearCache',
  'ClearChargingProfile',
  'DataTransfer',
  'DeleteCertificate',
  'ExtendedTriggerMessage',
  'GetCompositeSchedule',
  'GetConfiguration',
  'GetDiagnostics',
  'GetInstalledCertificateIds',
  'GetLocalListVersion',
  'GetLog',
  'InstallCertificate',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'ReserveNow',
  'Reset',
  'SendLocalList',
  'SetChargingProfile',
  'SignedUpdateFirmware',
  'TriggerMessage',
  'UnlockConnector',
  'UpdateFirmware',
]);

function isBackendAction(action: string): boolean {
  return backendActions.has(action);
}

function isValid(action: string, payload: unknown): boolean {
  try {
    return validator?.validate(`urn:${action}.req`, payload) ?? true;
  } catch (error) {
    // Whether an address can be used is told by the status of the transfer, not by the shape of the request (F-07).
    return String(error).includes('must match format "uri"');
  }
}
