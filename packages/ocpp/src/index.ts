export type { CallOutcome } from './call-outcome.ts';
export { errorCodeOnWire, parseErrorCode, type OcppErrorCode } from './errors.ts';
export {
  encodeFrame,
  maxMessageIdLength,
  parseFrame,
  type CallErrorFrame,
  type CallFrame,
  type CallResultErrorFrame,
  type CallResultFrame,
  type Frame,
  type MalformedFrame,
  type ParsedFrame,
  type SendFrame,
} from './frames.ts';
export type { DeliveryClass, MessageDescriptor, Protocol, Role, Violation } from './protocol.ts';
export type { RpcEvent } from './rpc-events.ts';
export type { CallGate, CallHandler, IncomingAnswer, RequestMending, ViolationAnswer } from './incoming-calls.ts';
export type { RpcTransport } from './rpc-line.ts';
export { RpcPeer, type CallOptions, type RpcPeerOptions } from './rpc-peer.ts';
export type { RpcTimers } from './rpc-timers.ts';
export { RpcUsageError, type RpcUsageErrorCode } from './rpc-usage-error.ts';
export type { OcppVersion } from './version.ts';
