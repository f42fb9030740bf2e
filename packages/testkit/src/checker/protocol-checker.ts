import type { FrameRecord } from '../frame-log.ts';

/** STUB */
export class ProtocolChecker {
  readonly violations: readonly never[] = [];
  connected(_identity: string, _connection: number, _atMs: number): void {}
  closed(_identity: string, _connection: number, _atMs: number): void {}
  unreachable(_identity: string, _connection: number): void {}
  rebooted(_identity: string): void {}
  frame(_record: FrameRecord): void {}
}
