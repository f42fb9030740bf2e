/** Every way to misuse the RPC peer, with what to do about it. */
const rpcUsageErrors = {
  'rpc.busy': 'One call at a time (OCPP-J 1.6 §4.1.1). Wait for the outcome of the call in flight before the next one.',
  'rpc.messageId': 'Give each call an id of 1 to 36 characters, unique for this identity over all its links (T-09).',
} as const;

/** The stable code of a misuse. */
export type RpcUsageErrorCode = keyof typeof rpcUsageErrors;

/** Thrown when a caller breaks the rules of the RPC peer; always a defect in the calling code, never in what was received. */
export class RpcUsageError extends Error {
  override readonly name: string = 'RpcUsageError';
  readonly code: RpcUsageErrorCode;

  constructor(code: RpcUsageErrorCode) {
    super(rpcUsageErrors[code]);
    this.code = code;
  }
}
