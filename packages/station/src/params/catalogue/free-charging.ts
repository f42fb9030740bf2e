/** Charging that is free of charge. */
export const freeChargingParameters = {
  'authorization.freeCharging': {
    section: 'Authorization',
    label: { en: 'Free Charging', de: 'Kostenloses Laden' },
    purpose: {
      en: 'Let everybody charge, without any permission.',
      de: 'Jeden laden lassen, ohne jede Erlaubnis.',
    },
    info: {
      en: 'Overrides the local and the remote authorization: nobody is asked, no list, cache or rule counts, and what the backend says of an identifier ends nothing. What has to be shown and what the backend is told is the Free Charging Mode. A session that runs ends by the rules by which it began.',
      de: 'Geht der lokalen und der entfernten Autorisierung vor: Niemand wird gefragt, keine Liste, kein Cache und keine Regel zählt, und was das Backend zu einer Kennung sagt, beendet nichts. Was vorzuhalten ist und was das Backend erfährt, sagt der Modus des kostenlosen Ladens. Eine laufende Ladung endet nach den Regeln, nach denen sie begann.',
    },
    rule: { type: 'boolean' },
    default: false,
    effect: 'live',
    read: 'viewer',
    write: 'operator',
    scope: 'both',
    source: 'family',
    ocpp16: { key: 'FreeCharging', access: 'RW', standard: false },
    example: 'true',
  },
  'authorization.freeChargingMode': {
    section: 'Authorization',
    label: { en: 'Free Charging Mode', de: 'Modus des kostenlosen Ladens' },
    purpose: {
      en: 'Who has to show a card while charging is free, and what the backend is told.',
      de: 'Wer beim kostenlosen Laden eine Karte vorhalten muss, und was das Backend erfährt.',
    },
    info: {
      en: '0 noOcpp: a car begins when it is plugged in, and the backend is told nothing, not even the status. 1 statusWithoutCard: the same, and the backend sees the status. 2 statusWithCard: any card begins, the backend sees the status only. 3 fixedTagWithCard: any card begins and ends its own session, the backend gets everything, under the configured tag. 4 fixedTagWithoutCard: a car begins when it is plugged in, the backend gets everything, under the configured tag. 5 anyCard: any card begins and ends its own session, the backend gets everything, under that card. The connection to the backend stays in every mode, so that it can switch free charging off again.',
      de: '0 noOcpp: Ein Auto beginnt, sobald es angesteckt ist, und das Backend erfährt nichts, auch keinen Status. 1 statusWithoutCard: ebenso, und das Backend sieht den Status. 2 statusWithCard: Jede Karte beginnt, das Backend sieht nur den Status. 3 fixedTagWithCard: Jede Karte beginnt und beendet ihre Ladung, das Backend erhält alles, unter der eingestellten Kennung. 4 fixedTagWithoutCard: Ein Auto beginnt, sobald es angesteckt ist, das Backend erhält alles, unter der eingestellten Kennung. 5 anyCard: Jede Karte beginnt und beendet ihre Ladung, das Backend erhält alles, unter dieser Karte. Die Verbindung zum Backend bleibt in jedem Modus, damit es das kostenlose Laden wieder abschalten kann.',
    },
    rule: {
      type: 'choice',
      values: ['noOcpp', 'statusWithoutCard', 'statusWithCard', 'fixedTagWithCard', 'fixedTagWithoutCard', 'anyCard'],
      numbered: true,
    },
    default: 'anyCard',
    effect: 'live',
    read: 'viewer',
    write: 'operator',
    scope: 'both',
    source: 'family',
    ocpp16: { key: 'FreeChargingMode', access: 'RW', standard: false },
    example: 'statusWithoutCard',
  },
  'authorization.freeChargingTag': {
    section: 'Authorization',
    label: {
      en: 'RFID Tag for Free Charging with OCPP Full, Fixed RFID Modes',
      de: 'RFID-Kennung für kostenloses Laden in den Modi mit fester Kennung',
    },
    purpose: {
      en: 'The identifier under which the modes fixedTagWithCard and fixedTagWithoutCard tell what is charged.',
      de: 'Die Kennung, unter der die Modi fixedTagWithCard und fixedTagWithoutCard melden, was geladen wird.',
    },
    info: {
      en: 'Needed by these two modes (3 and 4), not used by the others. The backend books the energy under it; whether it accepts the identifier makes no difference to the driver.',
      de: 'Nötig für diese beiden Modi (3 und 4), von den anderen nicht benutzt. Das Backend bucht die Energie darunter; ob es die Kennung annimmt, ist für den Fahrer einerlei.',
    },
    rule: { type: 'text', minLength: 0, maxLength: 20, format: 'printable' },
    default: '',
    effect: 'live',
    read: 'viewer',
    write: 'operator',
    scope: 'both',
    source: 'family',
    ocpp16: { key: 'RfidTagFreeCharging', access: 'RW', standard: false },
    example: 'FREE',
  },
} as const;
