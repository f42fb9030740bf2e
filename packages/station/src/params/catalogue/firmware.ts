/** How the software of the station is exchanged. */
export const firmwareParameters = {
  'firmware.acceptUnsigned': {
    section: 'Firmware',
    label: { en: 'Accept Unsigned Firmware', de: 'Unsignierte Firmware annehmen' },
    purpose: {
      en: 'Whether a backend may install firmware that nobody has signed (UpdateFirmware).',
      de: 'Ob ein Backend Firmware installieren darf, die niemand signiert hat (UpdateFirmware).',
    },
    info: {
      en: 'Off: only SignedUpdateFirmware is served, with a certificate below a root of the manufacturer that is installed. On: whoever controls the backend or the way to its file server decides what runs in the station.',
      de: 'Aus: Nur SignedUpdateFirmware wird bedient, mit einem Zertifikat unter einer installierten Wurzel des Herstellers. Ein: Wer das Backend oder den Weg zu seinem Dateiserver beherrscht, bestimmt, was in der Station läuft.',
    },
    rule: { type: 'boolean' },
    default: false,
    effect: 'live',
    read: 'viewer',
    write: 'manufacturer',
    backendWrite: 'never',
    safety: true,
    scope: 'master',
    source: 'kerbside',
    example: 'false',
  },
  'firmware.trialTimeout': {
    section: 'Firmware',
    label: { en: 'Trial of New Firmware', de: 'Erprobung neuer Firmware' },
    purpose: {
      en: 'How long new firmware has to reach the backend before the old one comes back.',
      de: 'Wie lange neue Firmware hat, das Backend zu erreichen, bevor die alte zurückkehrt.',
    },
    info: {
      en: 'It stays as soon as the backend has answered a BootNotification. The time counts only while there is a connection to the network, and is not over before three complete attempts have failed. 0: what starts stays.',
      de: 'Sie bleibt, sobald das Backend eine BootNotification beantwortet hat. Die Zeit zählt nur mit Netzverbindung und endet nicht vor drei vollständigen gescheiterten Versuchen. 0: Was startet, bleibt.',
    },
    rule: { type: 'integer', min: 60, max: 86400, allowed: [0] },
    default: 900,
    unit: 's',
    effect: 'live',
    read: 'viewer',
    write: 'manufacturer',
    backendWrite: 'never',
    scope: 'master',
    source: 'kerbside',
    example: '900',
  },
} as const;
