import type { ErrorCode } from '../core/errors.ts';

/** How a command ended, for scripts and supervisors; `kerbside help` shows this table. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done' },
  failure: { code: 1, meaning: 'something failed; the message says what, and what to do' },
  usage: { code: 2, meaning: 'the command was not understood' },
  refused: { code: 3, meaning: 'the daemon, a parameter or the simulator refused it; nothing was changed' },
  unreachable: { code: 4, meaning: 'no daemon answers in the data folder' },
  notFound: { code: 5, meaning: 'there is no such station, parameter or file' },
  invalidConfiguration: { code: 6, meaning: 'configuration file, environment or data folder cannot be used' },
  dataFolderInUse: { code: 7, meaning: 'another daemon uses the data folder' },
  notVerified: {
    code: 8,
    meaning: 'sessions verify: a signed record is not valid, not to be billed by, or cannot be checked',
  },
  newFirmware: { code: 9, meaning: 'run: ended so that the supervisor starts the new firmware' },
  doctorAddress: { code: 20, meaning: 'doctor: there is no address to connect to' },
  doctorDns: { code: 21, meaning: 'doctor: the name was not found' },
  doctorTcp: { code: 22, meaning: 'doctor: no TCP connection' },
  doctorProxy: { code: 23, meaning: 'doctor: the proxy opened no tunnel' },
  doctorTls: { code: 24, meaning: 'doctor: TLS failed, or the certificate was refused' },
  doctorUpgrade: { code: 25, meaning: 'doctor: no WebSocket' },
  doctorSubProtocol: { code: 26, meaning: 'doctor: no version of OCPP was agreed upon' },
  doctorBoot: { code: 27, meaning: 'doctor: BootNotification was refused or not answered' },
  interrupted: { code: 130, meaning: 'ended by a signal before it was done' },
} as const;

/** The name of an ending. */
export type ExitName = keyof typeof exitCodes;

/** How a command ends that fails with one of our errors. */
export const exitOfError: Readonly<Record<ErrorCode, ExitName>> = {
  'config.invalid': 'invalidConfiguration',
  'config.unknownParameter': 'notFound',
  'config.refused': 'refused',
  'config.forbidden': 'refused',
  'config.pinned': 'refused',
  'config.confirm': 'refused',
  'config.changedSince': 'refused',
  'config.unknownChange': 'refused',
  'store.unavailable': 'failure',
  'store.corrupt': 'failure',
  'store.newer': 'failure',
  'store.locked': 'dataFolderInUse',
  'driver.lost': 'failure',
  'driver.refused': 'refused',
  'firmware.refused': 'refused',
  'firmware.unverified': 'failure',
  'firmware.unknown': 'notFound',
  'driver.timeout': 'failure',
  'link.lost': 'failure',
  'endpoint.invalid': 'invalidConfiguration',
  'certificate.refused': 'refused',
  'certificate.unknown': 'notFound',
  'access.refused': 'refused',
  'access.unknown': 'notFound',
  'outbox.unknown': 'notFound',
  'outbox.refused': 'refused',
  'outbox.confirm': 'refused',
  'whitelist.known': 'refused',
  'whitelist.unknown': 'notFound',
  'whitelist.refused': 'refused',
  'eichrecht.noStart': 'refused',
  'eichrecht.notBlocked': 'refused',
  'eichrecht.refused': 'refused',
  'vendor.unknown': 'notFound',
  'vendor.tooLong': 'refused',
  'simulator.refused': 'refused',
  'command.usage': 'usage',
  'daemon.unreachable': 'unreachable',
  'daemon.startFailed': 'failure',
  'daemon.tooManyStations': 'failure',
  'station.notRunning': 'failure',
  'internal.bug': 'failure',
};

/** How a command ends to which the daemon answered with a status that is no success. */
export function exitOfStatus(status: number): ExitName {
  if (status === 404) return 'notFound';
  return status >= 400 && status < 500 ? 'refused' : 'failure';
}
