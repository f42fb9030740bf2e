import { KerbsideError } from '../core/errors.ts';
import { isRecord, type Json } from '../core/json.ts';

/** Why firmware that a person brought is not taken or not installed. */
export type UploadFlaw =
  | 'noInstaller'
  | 'charging'
  | 'updating'
  | 'receiving'
  | 'trial'
  | 'tooLong'
  | 'empty'
  | 'brokenOff'
  | 'silent'
  | 'restarted'
  | 'incomplete'
  | 'halfProof'
  | 'unsigned'
  | 'badCertificate'
  | 'badSignature'
  | 'gone';

/** Each flaw as a part of a sentence, in both languages. */
export const uploadFlaws: Readonly<Record<UploadFlaw, { readonly en: string; readonly de: string }>> = {
  noInstaller: {
    en: 'nothing installs firmware on this station',
    de: 'auf dieser Station installiert nichts Firmware',
  },
  charging: {
    en: 'a transaction runs; end it first',
    de: 'es läuft ein Ladevorgang; ihn zuerst beenden',
  },
  updating: {
    en: 'another update is under way; `kerbside firmware` shows it',
    de: 'eine andere Aktualisierung läuft; `kerbside firmware` zeigt sie',
  },
  receiving: {
    en: 'another upload is under way',
    de: 'ein anderes Hochladen ist im Gang',
  },
  trial: {
    en: 'the firmware that runs is on trial itself; wait until it has reached the backend',
    de: 'die laufende Firmware ist selbst noch auf Probe; warten, bis sie das Backend erreicht hat',
  },
  tooLong: {
    en: 'the file is longer than the slot for firmware',
    de: 'die Datei ist länger als der Platz für Firmware',
  },
  empty: { en: 'the file is empty', de: 'die Datei ist leer' },
  brokenOff: {
    en: 'the upload broke off, and nothing of it was kept',
    de: 'das Hochladen brach ab, und nichts davon wurde behalten',
  },
  silent: {
    en: 'nothing came for a minute, and nothing of it was kept',
    de: 'eine Minute lang kam nichts, und nichts davon wurde behalten',
  },
  restarted: {
    en: 'the station restarted meanwhile, and nothing of it was kept',
    de: 'die Station startete inzwischen neu, und nichts davon wurde behalten',
  },
  incomplete: {
    en: 'the file came in another length than was announced, and nothing of it was kept',
    de: 'die Datei kam in anderer Länge an als angekündigt, und nichts davon wurde behalten',
  },
  halfProof: {
    en: 'a signature needs the certificate that it was made with, and the other way round',
    de: 'eine Signatur braucht das Zertifikat, mit dem sie gemacht wurde, und umgekehrt',
  },
  unsigned: {
    en: 'it is not signed, and unsigned firmware is not accepted (firmware.acceptUnsigned)',
    de: 'sie ist nicht signiert, und unsignierte Firmware wird nicht angenommen (firmware.acceptUnsigned)',
  },
  badCertificate: {
    en: 'the certificate that it is signed with cannot be used',
    de: 'das Zertifikat, mit dem sie signiert ist, ist nicht brauchbar',
  },
  badSignature: {
    en: 'the signature is not one over this file by the certificate that came with it',
    de: 'die Signatur gehört nicht zu dieser Datei und dem mitgegebenen Zertifikat',
  },
  gone: {
    en: 'what was uploaded is not there any more; upload it again',
    de: 'das Hochgeladene ist nicht mehr da; noch einmal hochladen',
  },
};

/** Firmware that a person brought, whole and kept, as it lies on disk. */
export interface UploadedFirmware {
  /** Names it towards the installer. */
  readonly id: string;
  readonly size: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** As the image says it; null: it says nothing. */
  readonly version: string | null;
  /** Whom the certificate names that came with it; null: none came. Counts only when it is verified. */
  readonly publisher: string | null;
  /** The certificate (PEM) and the signature (base64) that are good; null: there are none. */
  readonly signed: { readonly certificate: string; readonly signature: string } | null;
  /** What is wrong with it for ever; null: nothing. */
  readonly flaw: 'badCertificate' | 'badSignature' | null;
  /** More of the flaw, for people. */
  readonly detail: string;
}

/** What the store has of an upload. *receiving*: the power went before it was whole. */
export type StoredUpload =
  | { readonly kind: 'receiving'; readonly id: string }
  | { readonly kind: 'kept'; readonly upload: UploadedFirmware };

/** The document of an upload. */
export function uploadToJson(stored: StoredUpload): Json {
  if (stored.kind === 'receiving') return { receiving: stored.id };
  const { signed, ...upload } = stored.upload;
  return { ...upload, signed: signed === null ? null : { ...signed } };
}

/** Reads what is stored; null when it cannot be an upload. */
export function uploadFromJson(value: Json | undefined): StoredUpload | null {
  if (!isRecord(value)) return null;
  if (typeof value['receiving'] === 'string') return { kind: 'receiving', id: value['receiving'] };
  const { id, size, sha256 } = value;
  const isWhole = typeof id === 'string' && typeof size === 'number' && typeof sha256 === 'string';
  return isWhole ? { kind: 'kept', upload: value as unknown as UploadedFirmware } : null;
}

/** The refusal for a flaw; `detail` says more of it. */
export function uploadRefusal(flaw: UploadFlaw, detail = ''): KerbsideError {
  const more = detail === '' ? '' : ` (${detail})`;
  return new KerbsideError('firmware.refused', `The firmware is refused: ${uploadFlaws[flaw].en}${more}.`);
}

/** A flaw as a whole sentence in both languages. */
export function flawSentences(flaw: UploadFlaw, detail = ''): { readonly en: string; readonly de: string } {
  const more = detail === '' ? '' : ` (${detail})`;
  const { en, de } = uploadFlaws[flaw];
  const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${more}.`;
  return { en: sentence(en), de: sentence(de) };
}
