import { longestNote, type WhiteListEntry } from '../../authorization/white-list-change.ts';
import { parseTimestamp, toTimestamp } from '../../core/station-clock.ts';
import { listOf, nullable, object, optional, text } from '../../drivers/shape.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { ref, type JsonSchema } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const entryShape = object({
  idTag: text(1, 255),
  note: optional(text(0, 255)),
  expiry: optional(nullable(text(1, 40))),
});
const entriesShape = object({ entries: listOf(entryShape) });
type SentEntry = ReturnType<typeof entryShape.check>;

const entrySchema: JsonSchema = {
  type: 'object',
  properties: {
    idTag: { type: 'string', minLength: 1, maxLength: 20, description: 'Letter case does not count.' },
    note: { type: 'string', maxLength: longestNote, description: 'For people.' },
    expiry: { type: ['string', 'null'], format: 'date-time', description: 'Until when it counts; null: for ever.' },
  },
  required: ['idTag'],
};
const listed = { description: 'It is on disk; the list as it is now, without its entries.', schema: ref('WhiteList') };
const idTag: RouteParameter = {
  name: 'idTag',
  in: 'path',
  description: 'The card, percent-encoded; letter case does not count.',
  schema: { type: 'string' },
};

/** The operator's own list of cards; backends neither see nor change it. */
export const whiteListRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/white-list',
    id: 'getWhiteList',
    tag: 'stations',
    summary: 'The cards that charge without the backend being asked',
    access: 'operator',
    responses: { 200: { description: 'In the order of the cards.', schema: ref('WhiteList') } },
    handle: (call) => {
      const { whiteList } = call.station;
      return ok(toJson({ ...summary(call), entries: whiteList.page(0, whiteList.count).map(shown) }));
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/white-list',
    id: 'addToWhiteList',
    tag: 'stations',
    summary: 'Add a card to the white list',
    access: 'operator',
    requestBody: entrySchema,
    responses: { 201: listed },
    handle: async (call) => {
      const checked = checkBody(entryShape, call.body);
      if (!checked.ok) return checked.reply;
      const entry = readEntry(checked.value);
      if (typeof entry === 'string') return refuse('api.badRequest', entry);
      await call.station.whiteList.change({ kind: 'add', entry });
      return ok(toJson(summary(call)), 201);
    },
  }),
  stationRoute({
    method: 'PUT',
    path: '/white-list',
    id: 'replaceWhiteList',
    tag: 'stations',
    summary: 'Replace the white list',
    description:
      'All or nothing: an entry that cannot be taken leaves the list as it was. What GET gives can be sent back.',
    access: 'operator',
    requestBody: {
      type: 'object',
      properties: { entries: { type: 'array', items: entrySchema } },
      required: ['entries'],
    },
    responses: { 200: listed },
    handle: replaceAll,
  }),
  stationRoute({
    method: 'DELETE',
    path: '/white-list/{idTag}',
    id: 'removeFromWhiteList',
    tag: 'stations',
    summary: 'Take a card off the white list',
    access: 'operator',
    parameters: [idTag],
    responses: { 200: listed },
    handle: async (call) => {
      await call.station.whiteList.change({ kind: 'remove', idToken: call.path('idTag') });
      return ok(toJson(summary(call)));
    },
  }),
];

async function replaceAll(call: StationCall): Promise<Reply> {
  const checked = checkBody(entriesShape, call.body);
  if (!checked.ok) return checked.reply;
  const entries: WhiteListEntry[] = [];
  for (const [index, sent] of checked.value.entries.entries()) {
    const entry = readEntry(sent);
    if (typeof entry === 'string') return refuse('api.badRequest', `Entry ${index + 1}: ${entry}`);
    entries.push(entry);
  }
  await call.station.whiteList.change({ kind: 'replace', entries });
  return ok(toJson(summary(call)));
}

/** An entry as it was sent, or what is wrong with it. */
function readEntry({ idTag: idToken, note = '', expiry = null }: SentEntry): WhiteListEntry | string {
  const expiryMs = expiry === null ? null : parseTimestamp(expiry);
  if (expiryMs === undefined) return `expiry is "${expiry}"; expected a time such as 2027-06-30T22:00:00Z`;
  return { idToken, note, expiryMs };
}

function shown({ idToken, note, expiryMs }: WhiteListEntry): Record<keyof SentEntry, string | null> {
  return { idTag: idToken, note, expiry: expiryMs === null ? null : toTimestamp(expiryMs) };
}

function summary({ station }: StationCall): { readonly count: number; readonly maxLength: number } {
  return { count: station.whiteList.count, maxLength: station.parameters.get('authorization.whiteListMaxLength') };
}
