import type { DraftFile } from '../../diagnostics/archive-draft.ts';
import type { LogLine } from '../../diagnostics/log-file.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { WhiteList } from '../../authorization/white-list.ts';
import type { AuthorizationCache } from '../../authorization/cache.ts';
import type { ParameterView } from '../../params/view.ts';
import { parameterOf } from '../../params/value-id.ts';
import type { LocalListDesk } from '../desks/local-list-desk.ts';
import type { StationArchives } from '../eichrecht/station-archives.ts';
import type { ReservationDesk } from '../reservations/reservation-desk.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StationOwner } from '../station-owner.ts';

/** The parts of a station that its diagnostics tell of. */
export interface DiagnosedParts {
  readonly outbox: Outbox;
  readonly archives: StationArchives;
  readonly cache: AuthorizationCache;
  readonly desks: {
    readonly localList: LocalListDesk;
    readonly whiteList: WhiteList;
    readonly madeReservations: ReservationDesk | null;
  };
}

/** What is not told by the parts. */
interface DiagnosticsLines {
  readonly facts: readonly (readonly [string, string])[];
  readonly events: readonly LogLine[];
  readonly messages: readonly LogLine[];
  readonly security: readonly LogLine[];
}

/** Parameters that name a card. */
const cardParameters = ['authorization.inDoubtTag', 'authorization.freeChargingTag'] as const;
const cardParameterIds: ReadonlySet<string> = new Set(cardParameters);
/** More entries of a list tell nothing more. */
const entriesAtMost = 1000;
/** Events that tell how the way to the backend went. */
const ofTheWay = /^\{"type":"(?:link|bearer|registration|endpoint|wire)"/u;

/** Every card that the station knows, to be found again wherever it is named. */
export function* knownCards(deps: StationDeps, { evses }: StationOwner, parts: DiagnosedParts): Generator<string> {
  const { localList, whiteList, madeReservations } = parts.desks;
  for (const { idToken, answer } of localList.list.page(0, localList.list.count)) {
    yield idToken;
    if (answer.parentIdToken !== null) yield answer.parentIdToken;
  }
  for (const { idToken } of whiteList.page(0, whiteList.count)) yield idToken;
  yield* parts.cache.idTokens();
  for (const { idToken, parentIdToken } of madeReservations?.list ?? []) {
    yield idToken;
    if (parentIdToken !== null) yield parentIdToken;
  }
  for (const { keeper } of evses()) {
    const { record } = keeper;
    if (record === null) continue;
    yield record.idToken;
    if (record.free?.card !== undefined && record.free.card !== null) yield record.free.card;
  }
  for (const id of cardParameters) yield deps.params.get(id);
}

/** The files of the diagnostics, with everything still in them. */
export async function diagnosticsFiles(
  deps: StationDeps,
  owner: StationOwner,
  parts: DiagnosedParts,
  told: DiagnosticsLines,
): Promise<readonly DraftFile[]> {
  const { params, about, firmware } = deps;
  const history = (await params.history()).toReversed();
  const facts = [...(about?.software() ?? []), ['firmware', JSON.stringify(firmware)] as const, ...told.facts];
  return [
    lines(
      'versions.txt',
      facts.map(([name, value]) => ({ atMs: null, text: `${name}: ${value}` })),
    ),
    json('status.json', about?.status() ?? null),
    json('hardware.json', owner.description()),
    json('parameters.json', params.viewAll('manufacturer').map(shownParameter)),
    lines(
      'parameter-history.txt',
      history.map(({ atMs, ...change }) => ({ atMs, text: historyText(change) })),
    ),
    lines('problems.txt', owner.problems()),
    lines('events.txt', told.events),
    lines(
      'connection.txt',
      told.events.filter(({ text }) => ofTheWay.test(text)),
    ),
    json('doctor.json', about?.doctor() ?? null),
    { name: 'messages.txt', kind: 'messages', lines: told.messages },
    lines('security-log.txt', told.security),
    json('outbox.json', await outboxOf(parts)),
    json('cards.json', cardsOf(parts)),
    json('eichrecht.json', { signedRecords: await parts.archives.signed.status() }),
  ];
}

function lines(name: string, all: readonly LogLine[]): DraftFile {
  return { name, kind: 'lines', lines: all };
}

function json(name: string, value: unknown): DraftFile {
  return { name, kind: 'json', value };
}

/** A parameter that names a card shows it as a card, however short it is. */
function shownParameter({ id, key, value, effective, pending, provenance }: ParameterView): unknown {
  const isCard = cardParameterIds.has(parameterOf(id));
  const shown = (text: string): unknown => (isCard ? { idTag: text } : text);
  return {
    id,
    key,
    value: shown(value),
    ...(effective === value ? {} : { effective: shown(effective) }),
    ...(pending === null ? {} : { pending: { ...pending, value: shown(pending.value) } }),
    from: provenance.map((link) => ({ ...link, value: shown(link.value) })),
  };
}

function historyText(change: {
  readonly id: string;
  readonly who: string;
  readonly source: string;
  readonly old: string;
  readonly new: string;
}): string {
  const { id, who, source, old } = change;
  const isCard = cardParameterIds.has(id);
  const shown = (text: string): string => (isCard ? JSON.stringify({ idTag: text }) : JSON.stringify(text));
  return `${id}: ${shown(old)} -> ${shown(change.new)} by ${who} (${source})`;
}

/** Numbers, and what the backend did not take: of a message its kind, never its content. */
async function outboxOf({ outbox }: DiagnosedParts): Promise<unknown> {
  const dead = (await outbox.deadLetters()).slice(-entriesAtMost);
  return {
    ...outbox.snapshot(),
    parkedMessages: dead.map(({ fact, ...letter }) => ({ ...letter, kind: fact?.kind ?? null })),
  };
}

function cardsOf({ cache, desks: { localList, whiteList, madeReservations } }: DiagnosedParts): unknown {
  return {
    localList: localList.view(0, entriesAtMost),
    // Notes are for the people on site, and name other people.
    whiteList: {
      count: whiteList.count,
      entries: whiteList.page(0, entriesAtMost).map(({ idToken, expiryMs }) => ({ idToken, expiryMs })),
    },
    cache: { count: cache.count },
    reservations: madeReservations?.list ?? [],
  };
}
