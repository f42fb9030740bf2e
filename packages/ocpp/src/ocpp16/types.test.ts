import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ocpp16Action, Ocpp16Requests, Ocpp16Responses } from './generated/types.ts';
import { ocpp16 } from './protocol.ts';

const timestamp = '2026-11-22T10:00:00Z';
const idTagInfo = { status: 'Accepted', expiryDate: timestamp, parentIdTag: 'GROUP' } as const;
const certificateHashData = {
  hashAlgorithm: 'SHA256',
  issuerNameHash: 'ab',
  issuerKeyHash: 'cd',
  serialNumber: '1',
} as const;
const chargingSchedule = {
  chargingRateUnit: 'A',
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1, numberPhases: 3 }],
} as const;
const chargingProfile = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule,
} as const;
const meterValue = [
  {
    timestamp,
    sampledValue: [
      { value: '1234', context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    ],
  },
] as const;

/** One request of every action; that this compiles shows that the types fit what the validators accept. */
const sampleRequests: Ocpp16Requests = {
  Authorize: { idTag: '04A1B2C3' },
  BootNotification: { chargePointVendor: 'Vendor', chargePointModel: 'Model', firmwareVersion: '1.0' },
  CancelReservation: { reservationId: 1 },
  CertificateSigned: { certificateChain: '-----BEGIN CERTIFICATE-----' },
  ChangeAvailability: { connectorId: 0, type: 'Inoperative' },
  ChangeConfiguration: { key: 'HeartbeatInterval', value: '60' },
  ClearCache: {},
  ClearChargingProfile: { id: 1, chargingProfilePurpose: 'TxProfile' },
  DataTransfer: { vendorId: 'example', messageId: 'm', data: '{}' },
  DeleteCertificate: { certificateHashData },
  DiagnosticsStatusNotification: { status: 'Uploading' },
  ExtendedTriggerMessage: { requestedMessage: 'SignChargePointCertificate' },
  FirmwareStatusNotification: { status: 'Downloading' },
  GetCompositeSchedule: { connectorId: 1, duration: 3600, chargingRateUnit: 'W' },
  GetConfiguration: { key: ['HeartbeatInterval'] },
  GetDiagnostics: { location: 'ftp://example.com/logs', retries: 2, startTime: timestamp },
  GetInstalledCertificateIds: { certificateType: 'CentralSystemRootCertificate' },
  GetLocalListVersion: {},
  GetLog: { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: 'https://example.com/' } },
  Heartbeat: {},
  InstallCertificate: { certificateType: 'ManufacturerRootCertificate', certificate: '-----BEGIN CERTIFICATE-----' },
  LogStatusNotification: { status: 'Uploaded', requestId: 1 },
  MeterValues: { connectorId: 1, transactionId: 0, meterValue },
  RemoteStartTransaction: { idTag: '04A1B2C3', connectorId: 1, chargingProfile },
  RemoteStopTransaction: { transactionId: -16 },
  ReserveNow: { connectorId: 0, expiryDate: timestamp, idTag: '04A1B2C3', reservationId: 1 },
  Reset: { type: 'Soft' },
  SecurityEventNotification: { type: 'FirmwareUpdated', timestamp, techInfo: '1.0 -> 1.1' },
  SendLocalList: {
    listVersion: 2,
    updateType: 'Differential',
    localAuthorizationList: [{ idTag: '04A1B2C3', idTagInfo }, { idTag: 'GONE' }],
  },
  SetChargingProfile: { connectorId: 1, csChargingProfiles: chargingProfile },
  SignCertificate: { csr: '-----BEGIN CERTIFICATE REQUEST-----' },
  SignedFirmwareStatusNotification: { status: 'SignatureVerified', requestId: 1 },
  SignedUpdateFirmware: {
    requestId: 1,
    firmware: {
      location: 'https://example.com/f',
      retrieveDateTime: timestamp,
      signingCertificate: 'pem',
      signature: 'base64',
    },
  },
  StartTransaction: { connectorId: 1, idTag: '04A1B2C3', meterStart: 0, timestamp },
  StatusNotification: { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp },
  StopTransaction: {
    transactionId: 1,
    meterStop: 10,
    timestamp,
    reason: 'EVDisconnected',
    transactionData: meterValue,
  },
  TriggerMessage: { requestedMessage: 'MeterValues', connectorId: 1 },
  UnlockConnector: { connectorId: 1 },
  UpdateFirmware: { location: 'https://example.com/f', retrieveDate: timestamp },
};

/** One response of every action. */
const sampleResponses: Ocpp16Responses = {
  Authorize: { idTagInfo },
  BootNotification: { status: 'Accepted', currentTime: timestamp, interval: 300 },
  CancelReservation: { status: 'Rejected' },
  CertificateSigned: { status: 'Accepted' },
  ChangeAvailability: { status: 'Scheduled' },
  ChangeConfiguration: { status: 'RebootRequired' },
  ClearCache: { status: 'Accepted' },
  ClearChargingProfile: { status: 'Unknown' },
  DataTransfer: { status: 'UnknownVendorId' },
  DeleteCertificate: { status: 'NotFound' },
  DiagnosticsStatusNotification: {},
  ExtendedTriggerMessage: { status: 'NotImplemented' },
  FirmwareStatusNotification: {},
  GetCompositeSchedule: { status: 'Accepted', connectorId: 1, scheduleStart: timestamp, chargingSchedule },
  GetConfiguration: {
    configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '60' }],
    unknownKey: ['X'],
  },
  GetDiagnostics: { fileName: 'log.zip' },
  GetInstalledCertificateIds: { status: 'Accepted', certificateHashData: [certificateHashData] },
  GetLocalListVersion: { listVersion: -1 },
  GetLog: { status: 'AcceptedCanceled', filename: 'log.zip' },
  Heartbeat: { currentTime: timestamp },
  InstallCertificate: { status: 'Failed' },
  LogStatusNotification: {},
  MeterValues: {},
  RemoteStartTransaction: { status: 'Accepted' },
  RemoteStopTransaction: { status: 'Rejected' },
  ReserveNow: { status: 'Occupied' },
  Reset: { status: 'Accepted' },
  SecurityEventNotification: {},
  SendLocalList: { status: 'VersionMismatch' },
  SetChargingProfile: { status: 'NotSupported' },
  SignCertificate: { status: 'Accepted' },
  SignedFirmwareStatusNotification: {},
  SignedUpdateFirmware: { status: 'RevokedCertificate' },
  StartTransaction: { idTagInfo, transactionId: 0 },
  StatusNotification: {},
  StopTransaction: { idTagInfo },
  TriggerMessage: { status: 'Accepted' },
  UnlockConnector: { status: 'UnlockFailed' },
  UpdateFirmware: {},
};

const actions = Object.keys(sampleRequests) as Ocpp16Action[];

test('there are samples of all 39 actions', () => {
  assert.equal(actions.length, 39);
});

test('what the types allow as a request, the validators accept', () => {
  for (const action of actions) {
    assert.equal(ocpp16.validateRequest(action, sampleRequests[action]), undefined, action);
  }
});

test('what the types allow as a response, the validators accept', () => {
  for (const action of actions) {
    assert.equal(ocpp16.validateResponse(action, sampleResponses[action]), undefined, action);
  }
});
