import type { JsonObject } from '@kerbside/station';

/**
 * One right CALL of each kind that a backend may send in 1.6, to begin mutations with. None of them does anything when it is served as it
 * stands: connectors, transactions and keys that do not exist.
 */
export const sampleCalls: readonly (readonly [action: string, payload: JsonObject])[] = [
  ['CancelReservation', { reservationId: 4711 }],
  ['ChangeAvailability', { connectorId: 99, type: 'Inoperative' }],
  ['ChangeConfiguration', { key: 'NoSuchKey', value: '10' }],
  ['ClearCache', {}],
  ['ClearChargingProfile', { id: 4711 }],
  ['DataTransfer', { vendorId: 'nobody', messageId: 'nothing', data: '{"a":[1,2]}' }],
  ['GetCompositeSchedule', { connectorId: 99, duration: 60, chargingRateUnit: 'A' }],
  ['GetConfiguration', { key: ['HeartbeatInterval', 'NoSuchKey'] }],
  ['GetConfiguration', {}],
  ['GetDiagnostics', { location: 'ftp://127.0.0.1:1/x', retries: 1 }],
  ['GetLocalListVersion', {}],
  ['RemoteStartTransaction', { connectorId: 99, idTag: 'FUZZ' }],
  ['RemoteStopTransaction', { transactionId: 4711 }],
  [
    'ReserveNow',
    { connectorId: 99, expiryDate: '2030-01-01T00:00:00Z', idTag: 'FUZZ', parentIdTag: 'P', reservationId: 4711 },
  ],
  ['SendLocalList', { listVersion: 0, updateType: 'Differential' }],
  [
    'SetChargingProfile',
    {
      connectorId: 99,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.5 }] },
      },
    },
  ],
  ['TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' }],
  ['UnlockConnector', { connectorId: 99 }],
  ['GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' }],
  ['ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate', connectorId: 99 }],
];
