/** The type of a security event, as OCPP spells it. */
export type SecurityEventType =
  | 'FirmwareUpdated'
  | 'SettingSystemTime'
  | 'StartupOfTheDevice'
  | 'ResetOrReboot'
  | 'SecurityLogWasCleared'
  | 'MemoryExhaustion'
  | 'TamperDetectionActivated'
  | 'FailedToAuthenticateAtCentralSystem'
  | 'CentralSystemFailedToAuthenticate'
  | 'ReconfigurationOfSecurityParameters'
  | 'InvalidMessages'
  | 'AttemptedReplayAttacks'
  | 'InvalidFirmwareSignature'
  | 'InvalidFirmwareSigningCertificate'
  | 'InvalidCentralSystemCertificate'
  | 'InvalidChargePointCertificate'
  | 'InvalidTLSVersion'
  | 'InvalidTLSCipherSuite'
  /** Kerbside's own: somebody took a file with secrets out of the station. */
  | 'SecretsExported';

/** How an event of this type is treated. */
export interface SecurityEventTraits {
  /** Weighs more than others where not all can be kept for the backend (S-14). */
  readonly critical: boolean;
  /** Whether a backend is told; every event goes into the security log. */
  readonly told: boolean;
  /** So many may come at once; more are counted, and named in the next one. */
  readonly burst: number;
  /** From then on one in this time. */
  readonly perMs: number;
}

const minute = 60_000;

const rare: SecurityEventTraits = { critical: true, told: true, burst: 20, perMs: minute };
const notable: SecurityEventTraits = { critical: false, told: true, burst: 20, perMs: minute };
const logged: SecurityEventTraits = { critical: false, told: false, burst: 5, perMs: 10 * minute };

/** The security events of OCPP (1.6 security whitepaper, 2.0.1 appendix 1) and our own, with what is done about each (S-14). */
const securityEventTypes: Readonly<Record<SecurityEventType, SecurityEventTraits>> = {
  FirmwareUpdated: rare,
  SettingSystemTime: rare,
  StartupOfTheDevice: rare,
  ResetOrReboot: rare,
  SecurityLogWasCleared: rare,
  MemoryExhaustion: rare,
  TamperDetectionActivated: rare,
  FailedToAuthenticateAtCentralSystem: notable,
  CentralSystemFailedToAuthenticate: notable,
  ReconfigurationOfSecurityParameters: notable,
  InvalidMessages: logged,
  AttemptedReplayAttacks: logged,
  InvalidFirmwareSignature: notable,
  InvalidFirmwareSigningCertificate: notable,
  InvalidCentralSystemCertificate: notable,
  InvalidChargePointCertificate: notable,
  InvalidTLSVersion: notable,
  InvalidTLSCipherSuite: notable,
  SecretsExported: { ...notable, told: false },
};

/** How events of a type are treated; a type of a newer version counts as critical. */
export function traitsOfType(type: string): SecurityEventTraits {
  return Object.hasOwn(securityEventTypes, type) ? securityEventTypes[type as SecurityEventType] : rare;
}
