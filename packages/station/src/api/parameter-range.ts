import type { ParameterRow, TextFormat, ValueRule } from '../params/row.ts';
import type { TwoTexts } from './two-texts.ts';

const units: Readonly<Record<NonNullable<ParameterRow['unit']>, TwoTexts>> = {
  s: { en: 'seconds', de: 'Sekunden' },
  d: { en: 'days', de: 'Tage' },
  messages: { en: 'messages', de: 'Nachrichten' },
  'messages/s': { en: 'messages a second', de: 'Nachrichten je Sekunde' },
  samples: { en: 'samples', de: 'Messungen' },
  entries: { en: 'entries', de: 'Einträge' },
  times: { en: 'times', de: 'Mal' },
  items: { en: 'items', de: 'Stück' },
  Wh: { en: 'Wh', de: 'Wh' },
  A: { en: 'A', de: 'A' },
  W: { en: 'W', de: 'W' },
};

/** What a text of a format is. */
const formats: Readonly<Record<TextFormat, TwoTexts>> = {
  hostName: { en: 'a host name or an IP address', de: 'ein Hostname oder eine IP-Adresse' },
  listenAddress: { en: 'an address of this machine', de: 'eine Adresse dieser Maschine' },
  urlPath: { en: 'the path of a URL', de: 'der Pfad einer URL' },
  identity: { en: 'an identity', de: 'eine Identität' },
  password: { en: 'a password', de: 'ein Passwort' },
  proxy: { en: 'a proxy as HOST or HOST:PORT', de: 'ein Proxy als HOST oder HOST:PORT' },
  token: { en: 'a token without spaces', de: 'ein Token ohne Leerzeichen' },
  bearerPatterns: { en: 'a list as KIND=WORD,WORD', de: 'eine Liste als ART=WORT,WORT' },
  nameServers: { en: 'IP addresses of name servers', de: 'IP-Adressen von Nameservern' },
  phaseRotations: { en: 'phase rotations, such as 1.RST,2.STR', de: 'Drehfolgen, etwa 1.RST,2.STR' },
  evseId: { en: 'an EVSE ID', de: 'eine EVSE-ID' },
  timeZone: { en: 'the name of a time zone, such as Europe/Berlin', de: 'der Name einer Zeitzone, etwa Europe/Berlin' },
  printable: { en: 'a text without control characters', de: 'ein Text ohne Steuerzeichen' },
};

/** What a parameter may be, in words: the same rule that judges its values. */
export function parameterRange({ rule, unit }: Pick<ParameterRow, 'rule' | 'unit'>): TwoTexts {
  const { en, de } = ruleRange(rule);
  if (unit === undefined) return { en, de };
  return { en: `${en} ${units[unit].en}`, de: `${de} ${units[unit].de}` };
}

function ruleRange(rule: ValueRule): TwoTexts {
  switch (rule.type) {
    case 'boolean':
      return { en: 'true or false', de: 'true (ja) oder false (nein)' };
    case 'integer':
      return numberRange(rule);
    case 'choice':
      return { en: `one of: ${rule.values.join(', ')}`, de: `eines von: ${rule.values.join(', ')}` };
    case 'text':
      return textRange(rule);
    case 'list': {
      const words = rule.values.join(', ');
      return { en: `at most ${rule.maxItems} of: ${words}`, de: `höchstens ${rule.maxItems} von: ${words}` };
    }
    case 'measurands':
      return {
        en: `at most ${rule.maxItems} measurands of OCPP, separated by commas`,
        de: `höchstens ${rule.maxItems} Messgrößen von OCPP, durch Kommas getrennt`,
      };
  }
}

function numberRange({ min, max, allowed = [], also = [] }: Extract<ValueRule, { type: 'integer' }>): TwoTexts {
  const single = [...also, ...allowed].join(', ');
  const before = single === '' ? { en: '', de: '' } : { en: `${single} or `, de: `${single} oder ` };
  return { en: `${before.en}${min} to ${max}`, de: `${before.de}${min} bis ${max}` };
}

function textRange({ minLength, maxLength, format }: Extract<ValueRule, { type: 'text' }>): TwoTexts {
  const what = format === undefined ? { en: 'a text', de: 'ein Text' } : formats[format];
  const length = minLength === maxLength ? `${maxLength}` : '';
  return {
    en: `${what.en}, ${length === '' ? `${minLength} to ${maxLength}` : length} characters`,
    de: `${what.de}, ${length === '' ? `${minLength} bis ${maxLength}` : length} Zeichen`,
  };
}
