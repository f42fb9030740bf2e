import type { Localized } from '../../words/dictionary.ts';

/** Titles of the categories of parameters, in the order of the page. One that is missing here is shown by its own word. */
const titles: Readonly<Record<string, Localized>> = {
  backend: { en: 'Backend connection', de: 'Verbindung zum Backend' },
  charging: { en: 'Charging and limits', de: 'Laden und Grenzen' },
  authorization: { en: 'Cards and authorization', de: 'Karten und Freigabe' },
  metering: { en: 'Meter values', de: 'Messwerte' },
  eichrecht: { en: 'Calibration law', de: 'Eichrecht' },
  status: { en: 'Status messages', de: 'Statusmeldungen' },
  reservation: { en: 'Reservations', de: 'Reservierungen' },
  security: { en: 'Security', de: 'Sicherheit' },
  traffic: { en: 'Message queue', de: 'Nachrichtenpuffer' },
  firmware: { en: 'Firmware', de: 'Firmware' },
  diagnostics: { en: 'Diagnostics', de: 'Diagnose' },
  time: { en: 'Time', de: 'Zeit' },
  station: { en: 'Station', de: 'Station' },
  compat: { en: 'Ways of certain backends', de: 'Eigenheiten mancher Backends' },
  mqtt: { en: 'MQTT', de: 'MQTT' },
  api: { en: 'Page and programs', de: 'Oberfläche und Programme' },
  log: { en: 'Log', de: 'Protokoll' },
  metrics: { en: 'Metrics', de: 'Kennzahlen' },
};

/** What a category is called. */
export function categoryTitle(category: string): Localized {
  return titles[category] ?? { en: category, de: category };
}

/** The categories that there are, those with a known title first and in their order. */
export function inOrder(categories: Iterable<string>): readonly string[] {
  const known = Object.keys(titles);
  const place = (category: string): number => {
    const index = known.indexOf(category);
    return index < 0 ? known.length : index;
  };
  return [...new Set(categories)].toSorted((a, b) => place(a) - place(b));
}
