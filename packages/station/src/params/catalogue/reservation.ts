/** What the station does for those who reserve. */
export const reservationParameters = {
  'reservation.connectorZeroSupported': {
    section: 'Station',
    label: { en: 'Reservation Without a Connector', de: 'Reservierung ohne Anschluss' },
    purpose: {
      en: 'Whether a backend may reserve the station without naming a connector (connector 0).',
      de: 'Ob ein Backend die Station reservieren darf, ohne einen Anschluss zu nennen (Anschluss 0).',
    },
    info: {
      en: 'One connector is then kept free; the last free one shows Reserved. Off: such a reservation is rejected.',
      de: 'Ein Anschluss bleibt dann frei; der letzte freie zeigt Reserved. Aus: eine solche Reservierung wird abgelehnt.',
    },
    rule: { type: 'boolean' },
    default: true,
    effect: 'fixed',
    read: 'viewer',
    write: 'manufacturer',
    scope: 'both',
    source: 'OCPP',
    ocpp16: { key: 'ReserveConnectorZeroSupported', access: 'R', standard: true },
    ocpp2: { component: 'ReservationCtrlr', variable: 'NonEvseSpecific' },
  },
} as const;
