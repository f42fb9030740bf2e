import type { Localized } from '../core/localized.ts';
import type { ParameterId } from '../params/catalogue.ts';

/** A task that somebody wants done, as the settings that do it. */
export interface Preset {
  readonly name: string;
  readonly title: Localized;
  /** What it does, and what to mind. */
  readonly text: Localized;
  readonly changes: Readonly<Partial<Record<ParameterId, string>>>;
}

/** The tasks that the page offers. */
export const presets: readonly Preset[] = [
  {
    name: 'energyManager',
    title: { en: 'Connect an energy manager', de: 'Energiemanager anschließen' },
    text: {
      en: 'An energy manager in the building limits the power over the API or the contact of the hardware. When it has said nothing for five minutes, the station falls back to 4,200 W.',
      de: 'Ein Energiemanager im Gebäude begrenzt die Leistung über die API oder den Kontakt der Hardware. Sagt er fünf Minuten lang nichts, geht die Station auf 4.200 W zurück.',
    },
    changes: {
      'charging.externalLimitEnabled': 'true',
      'charging.externalLimitTimeout': '300',
      'charging.externalLimitFailSafe': '4200',
    },
  },
  {
    name: 'chargeWithoutCard',
    title: { en: 'Charge without a card', de: 'Ohne Karte laden' },
    text: {
      en: 'A car begins to charge when it is plugged in, free of charge. The backend sees the status, but no sessions. Not where calibration law applies.',
      de: 'Ein Auto lädt, sobald es eingesteckt ist, kostenlos. Das Backend sieht den Status, aber keine Ladevorgänge. Nicht, wo das Eichrecht gilt.',
    },
    changes: { 'authorization.freeCharging': 'true', 'authorization.freeChargingMode': 'statusWithoutCard' },
  },
  {
    name: 'chargeWithCard',
    title: { en: 'Charge with a card only', de: 'Nur mit Karte laden' },
    text: {
      en: 'Takes free charging and charging in doubt back: every session needs somebody whom a list or the backend accepts.',
      de: 'Nimmt kostenloses Laden und Laden im Zweifel zurück: Jeder Ladevorgang braucht jemanden, den eine Liste oder das Backend annimmt.',
    },
    changes: {
      'authorization.freeCharging': 'false',
      'authorization.inDoubt': 'off',
      'authorization.allowOfflineTxForUnknownId': 'false',
    },
  },
  {
    name: 'chargeOffline',
    title: { en: 'Charge while the backend is away', de: 'Laden, während das Backend fehlt' },
    text: {
      en: 'Known cards charge from the list and the cache, unknown ones too. What an unknown card charged may stay unpaid.',
      de: 'Bekannte Karten laden aus Liste und Zwischenspeicher, unbekannte ebenfalls. Was eine unbekannte Karte lädt, bleibt vielleicht unbezahlt.',
    },
    changes: {
      'authorization.localAuthorizeOffline': 'true',
      'authorization.cacheEnabled': 'true',
      'authorization.localListEnabled': 'true',
      'authorization.allowOfflineTxForUnknownId': 'true',
    },
  },
  {
    name: 'saveData',
    title: { en: 'Save mobile data', de: 'Mobile Daten sparen' },
    text: {
      en: 'Fewer heartbeats and meter values, and compressed messages: for stations whose mobile network is billed by the byte.',
      de: 'Seltenere Heartbeats und Messwerte und komprimierte Nachrichten: für Stationen, deren Mobilfunk nach Menge bezahlt wird.',
    },
    changes: {
      'backend.heartbeatInterval': '900',
      'metering.sampleInterval': '300',
      'backend.compression': 'true',
    },
  },
];
