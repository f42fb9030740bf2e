/** Every reason for which Kerbside refuses or fails, with what a person can do about it. `docs/errors.md` is generated from it. */
export const errorCatalogue = {
  'config.invalid':
    'The configuration file or an environment value cannot be used. Correct the line that the message names.',
  'config.unknownParameter': 'No such parameter. `kerbside config list` names them all.',
  'config.refused': 'The value was refused and nothing was stored. The message names the range or the rule.',
  'config.forbidden': 'This role may not change the parameter. Use a token of the role that the message names.',
  'config.pinned': 'The value is pinned by the environment or the configuration file. Change it there.',
  'store.unavailable':
    'The database cannot be written. Free space or make the data folder writable; charging starts again by itself.',
  'store.corrupt':
    'The database was damaged and has been set aside under the name in the message. Keep it for recovery.',
  'store.newer': 'The database was written by a newer version. Install that version again or use another data folder.',
  'store.locked': 'Another process uses this data folder. Stop it, or choose another folder with --data.',
  'driver.lost': 'The hardware driver does not answer. Check its process and the socket path.',
  'driver.refused': 'The hardware did not do what was asked. The message says what the driver reported.',
  'firmware.refused':
    'The firmware cannot be installed. The message says why; the station goes on with the one that runs.',
  'firmware.unverified':
    'The firmware that was written is not what was given. Nothing was changed; check the storage, and try again.',
  'driver.timeout': 'The hardware did not answer in time. Check the wiring and the driver.',
  'link.lost': 'The link was gone before the message could leave. Nothing is lost; it goes out on the next link.',
  'endpoint.invalid': 'The backend address cannot be used. Check host, port, path and identity.',
  'certificate.refused':
    'The certificate cannot be installed or deleted. The message says why; `kerbside certificates list` shows what is installed.',
  'certificate.unknown':
    'No such certificate is installed. `kerbside certificates list` shows them with their fingerprints.',
  'access.refused': 'Nothing was changed. The message says what an account, a password or a token has to be like.',
  'access.unknown': 'No such user or token. `kerbside users` and `kerbside tokens` list them.',
  'whitelist.known': 'The card is on the white list already. Remove it first to change its entry.',
  'whitelist.unknown': 'No such card is on the white list. `kerbside whitelist list` shows them all.',
  'whitelist.refused': 'The white list was not changed. The message says which entry or limit is in the way.',
  'eichrecht.noStart':
    'Calibration law does not let this charge begin. The message says what the meter or the station lacks.',
  'eichrecht.notBlocked': 'There is nothing to release. `kerbside eichrecht` shows what blocks which connector.',
  'eichrecht.refused': 'Calibration law does not allow it. The message says what has to be done instead, and by whom.',
  'vendor.unknown':
    'The vendor is not registered. Register it with its messages when the host is made, and document it.',
  'vendor.tooLong': 'A message of a vendor has at most 262,144 characters of data. Send less, or in parts.',
  'simulator.refused': 'The simulated hardware cannot do that now. The message says why.',
  'command.usage': 'The command was not understood. `kerbside help` shows how to call it.',
  'daemon.unreachable':
    'No daemon answers at the local socket. Start one with `kerbside run`, or name its folder with --data.',
  'daemon.startFailed': 'The daemon could not start. The message names the step that failed.',
  'daemon.tooManyStations':
    'Run fewer stations; or allow more open files: `ulimit -n NUMBER` in the shell, LimitNOFILE=NUMBER in a systemd unit.',
  'station.notRunning':
    'The station does not run. Its status says why; it is tried again by itself where that can help.',
  'internal.bug': 'A defect in Kerbside. Please report it with the text of the message.',
} as const;

/** The stable code of a reason. */
export type ErrorCode = keyof typeof errorCatalogue;

/** The one error class: a stable code, a message for this case, and from the catalogue what to do. */
export class KerbsideError extends Error {
  override readonly name: string = 'KerbsideError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** What a person can do about it. */
  get remedy(): string {
    return errorCatalogue[this.code];
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
