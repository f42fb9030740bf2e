import type { CardReason, CardVerdict } from '../device-port.ts';
import { ok, refuse } from '../refusals.ts';
import type { Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const words = { type: 'string' } as const;
const whole = { type: 'integer' } as const;

const answer = {
  status: { enum: ['accepted', 'blocked', 'expired', 'invalid', 'concurrentTx'] },
  expiryMs: { type: ['integer', 'null'], description: 'Milliseconds since 1970; null: it has no end.' },
  parentIdToken: { type: ['string', 'null'] },
} as const;

const known = {
  type: ['object', 'null'],
  properties: answer,
  required: ['status', 'expiryMs', 'parentIdToken'],
} as const;

const cache = {
  type: 'object',
  properties: {
    enabled: { type: 'boolean', description: 'Whether the cache counts (AuthorizationCacheEnabled).' },
    count: { ...whole, description: 'How many entries there are in all.' },
    size: { ...whole, description: 'The most entries (authorization.cacheSize).' },
    entries: {
      type: 'array',
      items: {
        type: 'object',
        properties: { idTag: words, updatedMs: whole, ...answer },
        required: ['idTag', 'updatedMs', 'status', 'expiryMs', 'parentIdToken'],
      },
    },
  },
  required: ['enabled', 'count', 'size', 'entries'],
} as const;

const twoTexts = { type: 'object', properties: { en: words, de: words }, required: ['en', 'de'] } as const;

const verdict = {
  type: 'object',
  properties: {
    idTag: { ...words, description: 'As a backend would be told it.' },
    decision: { enum: ['accept', 'refuse', 'ask'] },
    by: words,
    text: { ...twoTexts, description: 'The decision and its reason, for people.' },
    online: { type: 'boolean' },
    otherwise: {
      type: ['object', 'null'],
      description: 'When the backend is asked and does not answer in time.',
      properties: { decision: { enum: ['accept', 'refuse'] }, by: words, text: twoTexts },
      required: ['decision', 'by', 'text'],
    },
    known: {
      type: 'object',
      properties: { localList: known, whiteList: { type: 'boolean' }, cache: known },
      required: ['localList', 'whiteList', 'cache'],
    },
  },
  required: ['idTag', 'decision', 'by', 'text', 'online', 'otherwise', 'known'],
} as const;

const pageSize = 100;
const longestPage = 1000;
const longestCard = 255;

/** What the station knows of cards, and would decide. */
export const authorizationRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/authorization/cache',
    id: 'getAuthorizationCache',
    tag: 'stations',
    summary: 'The answers of the backend for cards that are remembered',
    description: 'The newest first, with the expiry that holds for each.',
    access: 'operator',
    parameters: [
      { name: 'offset', in: 'query', description: 'Leave out so many.', schema: { type: 'integer', minimum: 0 } },
      {
        name: 'limit',
        in: 'query',
        description: `How many to show (default ${pageSize}, at most ${longestPage}).`,
        schema: { type: 'integer', minimum: 1, maximum: longestPage },
      },
    ],
    responses: { 200: { description: 'The cache.', schema: cache } },
    handle: ({ station, query }) => {
      const texts = [query('offset') ?? '0', query('limit') ?? String(pageSize)];
      const [offset = 0, limit = 0] = texts.map(Number);
      if (!texts.every((text) => /^\d{1,9}$/.test(text)) || limit === 0)
        return refuse('api.badRequest', `offset is a whole number, and limit one from 1 to ${longestPage}.`);
      return ok(toJson(station.device.authorization.cache(offset, Math.min(limit, longestPage))));
    },
  }),
  stationRoute({
    method: 'DELETE',
    path: '/authorization/cache',
    id: 'clearAuthorizationCache',
    tag: 'stations',
    summary: 'Forget every answer of the backend for cards',
    description: 'As ClearCache of the backend does. The lists of cards stay.',
    access: 'operator',
    responses: {
      200: {
        description: 'It is empty, also after a power cut.',
        schema: { type: 'object', properties: { forgotten: whole }, required: ['forgotten'] },
      },
    },
    handle: async ({ station }) => ok({ forgotten: await station.device.authorization.clearCache() }),
  }),
  stationRoute({
    method: 'GET',
    path: '/authorization/decide',
    id: 'decideCard',
    tag: 'stations',
    summary: 'What the station would decide for a card now, and why',
    description: 'Nobody is asked and nothing changes. Whether a connector is free for it is another question.',
    access: 'operator',
    parameters: [
      { name: 'idTag', in: 'query', description: 'The card, as its reader reads it.', schema: { type: 'string' } },
    ],
    responses: { 200: { description: 'The decision with what it follows from.', schema: verdict } },
    handle: ({ station, query }) => {
      const card = query('idTag') ?? '';
      if (card === '' || card.length > longestCard)
        return refuse('api.badRequest', `Name a card of 1 to ${longestCard} characters: ?idTag=04AABBCC`);
      return ok(toJson(withTexts(station.device.authorization.decide(card))));
    },
  }),
];

function withTexts(found: CardVerdict): Readonly<Record<string, unknown>> {
  const { decision, by, otherwise } = found;
  return {
    ...found,
    text: textOf(decision, by),
    otherwise: otherwise === null ? null : { ...otherwise, text: textOf(otherwise.decision, otherwise.by) },
  };
}

function textOf(decision: CardVerdict['decision'], by: CardReason): { readonly en: string; readonly de: string } {
  const { en, de } = reasons[by];
  const what = decisions[decision];
  return { en: `${what.en}: ${en}.`, de: `${what.de}: ${de}.` };
}

const decisions: Readonly<Record<CardVerdict['decision'], { readonly en: string; readonly de: string }>> = {
  accept: { en: 'Accepted', de: 'Zugelassen' },
  refuse: { en: 'Refused', de: 'Abgelehnt' },
  ask: { en: 'The backend is asked', de: 'Das Backend wird gefragt' },
};

const reasons: Readonly<Record<CardReason, { readonly en: string; readonly de: string }>> = {
  localList: { en: "the backend's list of cards says so", de: 'so steht es in der Kartenliste des Backends' },
  whiteList: { en: 'it is on the white list of the operator', de: 'sie steht auf der weißen Liste des Betreibers' },
  cache: { en: 'the backend said so before (cache)', de: 'so hat das Backend zuvor geantwortet (Cache)' },
  unknownOffline: {
    en: 'without the backend unknown cards may charge (AllowOfflineTxForUnknownId)',
    de: 'ohne Backend dürfen unbekannte Karten laden (AllowOfflineTxForUnknownId)',
  },
  inDoubt: {
    en: 'nobody can be asked, and in doubt charging is allowed (authorization.inDoubt)',
    de: 'niemand kann gefragt werden, und im Zweifel darf geladen werden (authorization.inDoubt)',
  },
  offline: {
    en: 'the backend cannot be asked, and nothing that is known allows it',
    de: 'das Backend kann nicht gefragt werden, und nichts Bekanntes lässt sie zu',
  },
  backend: {
    en: 'nothing that is known decides it by itself',
    de: 'nichts Bekanntes entscheidet es allein',
  },
  free: {
    en: 'charging is free, any card will do (authorization.freeChargingMode)',
    de: 'das Laden ist frei, jede Karte genügt (authorization.freeChargingMode)',
  },
  freeNeedsNoCard: {
    en: 'charging is free and needs no card (authorization.freeChargingMode)',
    de: 'das Laden ist frei und braucht keine Karte (authorization.freeChargingMode)',
  },
  freeWithoutTag: {
    en: 'charging is free, but the identifier under which it is told is missing (authorization.freeChargingTag)',
    de: 'das Laden ist frei, aber die Kennung fehlt, unter der es gemeldet wird (authorization.freeChargingTag)',
  },
  readerOff: {
    en: 'the card reader is switched off (authorization.rfidEnabled)',
    de: 'der Kartenleser ist ausgeschaltet (authorization.rfidEnabled)',
  },
  tooLong: {
    en: 'its identifier is longer than a backend can be told',
    de: 'ihre Kennung ist länger, als man sie einem Backend mitteilen kann',
  },
  empty: { en: 'it has no identifier', de: 'sie hat keine Kennung' },
};
