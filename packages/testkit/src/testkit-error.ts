/** Every reason for which the testkit refuses or fails, with what a person can do about it. */
export const testkitErrors = {
  'rules.invalid': 'The script cannot be used. Correct the place that the message names; no rule was changed.',
  'call.offline': 'The station has no open connection to this backend.',
  'call.refused': 'The station answered the call with a CALLERROR.',
  'call.timeout': 'The station did not answer the call in time.',
  'call.lost': 'The connection ended before the station answered the call.',
  'call.invalid': 'The call or its answer does not obey the OCPP schema.',
  'wait.timeout': 'What was waited for did not happen in time.',
  'ledger.damaged': 'The ledger file is not one of this program. Name another file.',
  'backend.usage': 'The backend was used in a way that cannot work. The message names it.',
} as const;

/** The stable code of a reason. */
export type TestkitErrorCode = keyof typeof testkitErrors;

/** The error class of the testkit: a stable code and a message for this case. */
export class TestkitError extends Error {
  override readonly name: string = 'TestkitError';
  readonly code: TestkitErrorCode;

  constructor(code: TestkitErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** What a person can do about it. */
  get remedy(): string {
    return testkitErrors[this.code];
  }
}

/** A CALLERROR that the station answered. */
export class CallRefused extends TestkitError {
  override readonly name: string = 'CallRefused';
  /** As on the wire. */
  readonly errorCode: string;
  readonly description: string;

  constructor(action: string, errorCode: string, description: string) {
    super('call.refused', `${action} was answered with ${errorCode}: ${description}`);
    this.errorCode = errorCode;
    this.description = description;
  }
}
