import { errorCatalogue, KerbsideError, messageOf } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';

/** A message of JSON-RPC 2.0 (jsonrpc.org/specification), one a line; batches are not used. */
export type RpcMessage =
  | { readonly kind: 'request'; readonly id: number | string; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'result'; readonly id: number | string; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number | string | null; readonly error: KerbsideError }
  | { readonly kind: 'bad'; readonly problem: string };

/** JSON-RPC's error numbers; -32000 says that the driver understood and did not do it. */
export const rpcErrorNumbers = {
  parse: -32_700,
  invalidRequest: -32_600,
  unknownMethod: -32_601,
  invalidParams: -32_602,
  refused: -32_000,
} as const;

/** A refusal under one of JSON-RPC's own numbers. */
export class RpcRefusal extends KerbsideError {
  readonly number: number;

  constructor(number: number, message: string) {
    super('driver.refused', message);
    this.number = number;
  }
}

/** Reads one line; whatever it holds, nothing is thrown. */
export function parseRpcMessage(line: string): RpcMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'bad', problem: 'not JSON' };
  }
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') return { kind: 'bad', problem: 'no message of JSON-RPC 2.0' };
  const { id, method, params } = value;
  if (typeof method === 'string') {
    if (id === undefined) return { kind: 'notification', method, params };
    return isId(id)
      ? { kind: 'request', id, method, params }
      : { kind: 'bad', problem: 'the id is neither number nor text' };
  }
  if (isId(id) && 'result' in value) return { kind: 'result', id, result: value['result'] };
  if ((isId(id) || id === null) && isRecord(value['error']))
    return { kind: 'error', id, error: toError(value['error']) };
  return { kind: 'bad', problem: 'neither request nor answer' };
}

/** The line of a request or, without id, of a notification. */
export function requestLine(method: string, params: unknown, id?: number): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

/** The line of an answer. */
export function resultLine(id: number | string, result: unknown): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, result: result ?? null })}\n`;
}

/** The line of a refusal. */
export function errorLine(id: number | string, thrown: unknown): string {
  const data = { code: thrown instanceof KerbsideError ? thrown.code : 'internal.bug' };
  const number = thrown instanceof RpcRefusal ? thrown.number : rpcErrorNumbers.refused;
  const error = { code: number, message: messageOf(thrown), data };
  return `${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`;
}

/** The line that says that a line could not be understood. */
export function badLine(number: number, problem: string): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: number, message: problem } })}\n`;
}

/** What the far end reports, under its own code where that is one of ours. */
function toError(error: Record<string, unknown>): KerbsideError {
  const code = isRecord(error['data']) ? error['data']['code'] : undefined;
  const message = typeof error['message'] === 'string' ? error['message'] : 'the driver gave no reason';
  return new KerbsideError(isErrorCode(code) ? code : 'driver.refused', message);
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}

function isId(id: unknown): id is number | string {
  return typeof id === 'number' || typeof id === 'string';
}
