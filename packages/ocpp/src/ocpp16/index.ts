export * from './generated/enumerations.ts';
export type * from './generated/types.ts';
export { ocpp16 } from './protocol.ts';
