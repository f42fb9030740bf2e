import type { MessageDescriptor } from '../protocol.ts';
import type { Ocpp16Action } from './generated/types.ts';

/** What `profile` is for the messages of the security whitepaper, which belong to no feature profile of the specification. */
const security = 'Security';

/** Every message of OCPP 1.6 and of its security whitepaper (edition 3). */
export const messages: Readonly<Record<Ocpp16Action, Omit<MessageDescriptor, 'action'>>> = {
  // Core
  Authorize: { sender: 'station', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §4.1' },
  BootNotification: { sender: 'station', profile: 'Core', delivery: 'boot', clause: 'OCPP 1.6 §4.2' },
  ChangeAvailability: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.2' },
  ChangeConfiguration: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.3' },
  ClearCache: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.4' },
  DataTransfer: { sender: 'both', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §4.3, §5.6' },
  GetConfiguration: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.8' },
  Heartbeat: { sender: 'station', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §4.6' },
  MeterValues: { sender: 'station', profile: 'Core', delivery: 'transaction', clause: 'OCPP 1.6 §4.7' },
  RemoteStartTransaction: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.11' },
  RemoteStopTransaction: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.12' },
  Reset: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.14' },
  StartTransaction: { sender: 'station', profile: 'Core', delivery: 'transaction', clause: 'OCPP 1.6 §4.8' },
  StatusNotification: { sender: 'station', profile: 'Core', delivery: 'state', clause: 'OCPP 1.6 §4.9' },
  StopTransaction: { sender: 'station', profile: 'Core', delivery: 'transaction', clause: 'OCPP 1.6 §4.10' },
  UnlockConnector: { sender: 'backend', profile: 'Core', delivery: 'call', clause: 'OCPP 1.6 §5.18' },

  // FirmwareManagement
  DiagnosticsStatusNotification: {
    sender: 'station',
    profile: 'FirmwareManagement',
    delivery: 'state',
    clause: 'OCPP 1.6 §4.4',
  },
  FirmwareStatusNotification: {
    sender: 'station',
    profile: 'FirmwareManagement',
    delivery: 'state',
    clause: 'OCPP 1.6 §4.5',
  },
  GetDiagnostics: { sender: 'backend', profile: 'FirmwareManagement', delivery: 'call', clause: 'OCPP 1.6 §5.9' },
  UpdateFirmware: { sender: 'backend', profile: 'FirmwareManagement', delivery: 'call', clause: 'OCPP 1.6 §5.19' },

  // LocalAuthListManagement
  GetLocalListVersion: {
    sender: 'backend',
    profile: 'LocalAuthListManagement',
    delivery: 'call',
    clause: 'OCPP 1.6 §5.10',
  },
  SendLocalList: { sender: 'backend', profile: 'LocalAuthListManagement', delivery: 'call', clause: 'OCPP 1.6 §5.15' },

  // Reservation
  CancelReservation: { sender: 'backend', profile: 'Reservation', delivery: 'call', clause: 'OCPP 1.6 §5.1' },
  ReserveNow: { sender: 'backend', profile: 'Reservation', delivery: 'call', clause: 'OCPP 1.6 §5.13' },

  // SmartCharging
  ClearChargingProfile: { sender: 'backend', profile: 'SmartCharging', delivery: 'call', clause: 'OCPP 1.6 §5.5' },
  GetCompositeSchedule: { sender: 'backend', profile: 'SmartCharging', delivery: 'call', clause: 'OCPP 1.6 §5.7' },
  SetChargingProfile: { sender: 'backend', profile: 'SmartCharging', delivery: 'call', clause: 'OCPP 1.6 §5.16' },

  // RemoteTrigger
  TriggerMessage: { sender: 'backend', profile: 'RemoteTrigger', delivery: 'call', clause: 'OCPP 1.6 §5.17' },

  // Security whitepaper, by use case
  CertificateSigned: { sender: 'backend', profile: security, delivery: 'call', clause: 'Security whitepaper A02' },
  DeleteCertificate: { sender: 'backend', profile: security, delivery: 'call', clause: 'Security whitepaper M04' },
  ExtendedTriggerMessage: { sender: 'backend', profile: security, delivery: 'call', clause: 'Security whitepaper A02' },
  GetInstalledCertificateIds: {
    sender: 'backend',
    profile: security,
    delivery: 'call',
    clause: 'Security whitepaper M03',
  },
  GetLog: { sender: 'backend', profile: security, delivery: 'call', clause: 'Security whitepaper N01' },
  InstallCertificate: { sender: 'backend', profile: security, delivery: 'call', clause: 'Security whitepaper M05' },
  LogStatusNotification: { sender: 'station', profile: security, delivery: 'state', clause: 'Security whitepaper N01' },
  SecurityEventNotification: {
    sender: 'station',
    profile: security,
    delivery: 'event',
    clause: 'Security whitepaper A04',
  },
  SignCertificate: { sender: 'station', profile: security, delivery: 'call', clause: 'Security whitepaper A02, A03' },
  SignedFirmwareStatusNotification: {
    sender: 'station',
    profile: security,
    delivery: 'state',
    clause: 'Security whitepaper L01',
  },
  SignedUpdateFirmware: { sender: 'backend', profile: security, delivery: 'call', clause: 'Security whitepaper L01' },
};
