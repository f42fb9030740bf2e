export type { Bearer } from './bearers/bearer.ts';
export type { Network, NetworkInterface, PolicyRouting } from './bearers/network.ts';
export { KerbsideError, errorCatalogue, type ErrorCode } from './core/errors.ts';
export { isRecord, type Json, type JsonObject } from './core/json.ts';
export { createSeededRandom, createSystemRandom, type Random } from './core/random.ts';
export { createSystemTime } from './core/system-time.ts';
export { parseTimestamp, toTimestamp } from './core/station-clock.ts';
export type { Cancel, Time } from './core/time.ts';
export { VirtualTime } from './core/virtual-time.ts';
export type { DataTransferAnswer, DataTransferRequest, Outcome } from './delivery/session.ts';
export type { DeliveryEvent, OutboxSnapshot } from './delivery/delivery-events.ts';
export type { ApiHost, ApiStation, EvseStatus, StationStatus } from './api/host-port.ts';
export { createProcessDriver, type ProcessDriverOptions } from './drivers/process/driver-client.ts';
export type { SimulatorOptions } from './drivers/simulator/simulator-options.ts';
export { createSimulator } from './drivers/simulator/simulator.ts';
export { statusTransitions, type ConnectorStatus } from './evse/connector-status.ts';
export type {
  DrivableHardware,
  EvseDescription,
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareDriver,
  HardwareEvent,
  HardwareFault,
  MeterReading,
  MeterState,
} from './evse/hardware.ts';
export { createFileTransfer } from './integrations/file-transfer/file-transfer.ts';
export type {
  FileDownload,
  FileTransfer,
  FileUpload,
  TransferOutcome,
  TransferScheme,
} from './diagnostics/file-transfer.ts';
export type { DataTransferMessage, DataTransferReply, DataTransferVendor } from './dialects/data-transfer.ts';
export { Host, type HostedStation, type HostOptions } from './host.ts';
export {
  ConnectFailure,
  type Connection,
  type ConnectionListener,
  type ConnectRequest,
  type ConnectStage,
  type Transport,
} from './link/transport.ts';
export type { LinkState } from './link/link-state.ts';
export { createWsTransport } from './link/ws-transport.ts';
export { catalogue, parameterIds, type ParameterId } from './params/catalogue.ts';
export type { ValueId } from './params/value-id.ts';
export { rowsWithoutScenario } from './params/row-coverage.ts';
export { noOverrides, overridesOf, type ParameterOverrides } from './params/overrides.ts';
export type { Parameters } from './params/parameters.ts';
export { onStationEvent, type StationEvent } from './station/station-events.ts';
export type { StationHandle } from './station/station-handle.ts';
export { createMemoryStore } from './store/memory-store.ts';
export { StoreImage } from './store/store-image.ts';
export type { StoreEvent } from './store/sqlite/messages.ts';
export { createSqliteStore, type SqliteStoreOptions } from './store/sqlite/sqlite-store.ts';
export {
  freshState,
  type OutboxRow,
  type OutboxState,
  type Store,
  type StoreHealth,
  type Write,
} from './store/store.ts';
export { createMemorySlots } from './drivers/firmware-slots/memory-slots.ts';
export type { FirmwareInstaller, ImageWriter, InstallerState } from './firmware/firmware-installer.ts';
