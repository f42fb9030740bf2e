/**
 * What OCPP 1.6 §7 calls the types that its schemas define in place, and where they stand: message, then members, arrays passed
 * over. Types in a schema's own `definitions` (the security whitepaper's) keep the name they have there.
 */
export const typeNames16: Readonly<Record<string, readonly string[]>> = {
  AuthorizationData: ['SendLocalListRequest/localAuthorizationList'],
  AuthorizationStatus: [
    'AuthorizeResponse/idTagInfo/status',
    'SendLocalListRequest/localAuthorizationList/idTagInfo/status',
    'StartTransactionResponse/idTagInfo/status',
    'StopTransactionResponse/idTagInfo/status',
  ],
  AvailabilityStatus: ['ChangeAvailabilityResponse/status'],
  AvailabilityType: ['ChangeAvailabilityRequest/type'],
  CancelReservationStatus: ['CancelReservationResponse/status'],
  ChargePointErrorCode: ['StatusNotificationRequest/errorCode'],
  ChargePointStatus: ['StatusNotificationRequest/status'],
  ChargingProfile: ['RemoteStartTransactionRequest/chargingProfile', 'SetChargingProfileRequest/csChargingProfiles'],
  ChargingProfileKindType: [
    'RemoteStartTransactionRequest/chargingProfile/chargingProfileKind',
    'SetChargingProfileRequest/csChargingProfiles/chargingProfileKind',
  ],
  ChargingProfilePurposeType: [
    'ClearChargingProfileRequest/chargingProfilePurpose',
    'RemoteStartTransactionRequest/chargingProfile/chargingProfilePurpose',
    'SetChargingProfileRequest/csChargingProfiles/chargingProfilePurpose',
  ],
  ChargingProfileStatus: ['SetChargingProfileResponse/status'],
  ChargingRateUnitType: [
    'GetCompositeScheduleRequest/chargingRateUnit',
    'GetCompositeScheduleResponse/chargingSchedule/chargingRateUnit',
    'RemoteStartTransactionRequest/chargingProfile/chargingSchedule/chargingRateUnit',
    'SetChargingProfileRequest/csChargingProfiles/chargingSchedule/chargingRateUnit',
  ],
  ChargingSchedule: [
    'GetCompositeScheduleResponse/chargingSchedule',
    'RemoteStartTransactionRequest/chargingProfile/chargingSchedule',
    'SetChargingProfileRequest/csChargingProfiles/chargingSchedule',
  ],
  ChargingSchedulePeriod: [
    'GetCompositeScheduleResponse/chargingSchedule/chargingSchedulePeriod',
    'RemoteStartTransactionRequest/chargingProfile/chargingSchedule/chargingSchedulePeriod',
    'SetChargingProfileRequest/csChargingProfiles/chargingSchedule/chargingSchedulePeriod',
  ],
  ClearCacheStatus: ['ClearCacheResponse/status'],
  ClearChargingProfileStatus: ['ClearChargingProfileResponse/status'],
  ConfigurationStatus: ['ChangeConfigurationResponse/status'],
  DataTransferStatus: ['DataTransferResponse/status'],
  DiagnosticsStatus: ['DiagnosticsStatusNotificationRequest/status'],
  FirmwareStatus: ['FirmwareStatusNotificationRequest/status'],
  GetCompositeScheduleStatus: ['GetCompositeScheduleResponse/status'],
  IdTagInfo: [
    'AuthorizeResponse/idTagInfo',
    'SendLocalListRequest/localAuthorizationList/idTagInfo',
    'StartTransactionResponse/idTagInfo',
    'StopTransactionResponse/idTagInfo',
  ],
  KeyValue: ['GetConfigurationResponse/configurationKey'],
  Location: [
    'MeterValuesRequest/meterValue/sampledValue/location',
    'StopTransactionRequest/transactionData/sampledValue/location',
  ],
  Measurand: [
    'MeterValuesRequest/meterValue/sampledValue/measurand',
    'StopTransactionRequest/transactionData/sampledValue/measurand',
  ],
  MessageTrigger: ['TriggerMessageRequest/requestedMessage'],
  MeterValue: ['MeterValuesRequest/meterValue', 'StopTransactionRequest/transactionData'],
  Phase: [
    'MeterValuesRequest/meterValue/sampledValue/phase',
    'StopTransactionRequest/transactionData/sampledValue/phase',
  ],
  ReadingContext: [
    'MeterValuesRequest/meterValue/sampledValue/context',
    'StopTransactionRequest/transactionData/sampledValue/context',
  ],
  Reason: ['StopTransactionRequest/reason'],
  RecurrencyKindType: [
    'RemoteStartTransactionRequest/chargingProfile/recurrencyKind',
    'SetChargingProfileRequest/csChargingProfiles/recurrencyKind',
  ],
  RegistrationStatus: ['BootNotificationResponse/status'],
  RemoteStartStopStatus: ['RemoteStartTransactionResponse/status', 'RemoteStopTransactionResponse/status'],
  ReservationStatus: ['ReserveNowResponse/status'],
  ResetStatus: ['ResetResponse/status'],
  ResetType: ['ResetRequest/type'],
  SampledValue: ['MeterValuesRequest/meterValue/sampledValue', 'StopTransactionRequest/transactionData/sampledValue'],
  TriggerMessageStatus: ['TriggerMessageResponse/status'],
  UnitOfMeasure: [
    'MeterValuesRequest/meterValue/sampledValue/unit',
    'StopTransactionRequest/transactionData/sampledValue/unit',
  ],
  UnlockStatus: ['UnlockConnectorResponse/status'],
  UpdateStatus: ['SendLocalListResponse/status'],
  UpdateType: ['SendLocalListRequest/updateType'],
  ValueFormat: [
    'MeterValuesRequest/meterValue/sampledValue/format',
    'StopTransactionRequest/transactionData/sampledValue/format',
  ],
};
