/** The OCPP versions of the package, each by its WebSocket sub-protocol name (OCPP-J 1.6 §3.1.2, T-03). */
export type OcppVersion = 'ocpp1.6' | 'ocpp2.0.1' | 'ocpp2.1';
