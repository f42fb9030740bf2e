import { fields, list, text, type Fields } from './data.ts';
import { element } from './dom.ts';
import { testBadge } from './badges.ts';
import type { SessionsDeps } from './deps.ts';
import { copyable, factList, more } from './parts.ts';

/**
 * The meters that sign, with the keys that people compare with those on their bills, and the archive of signed records; null
 * where calibration law applies nowhere.
 */
export async function metersView(deps: SessionsDeps): Promise<HTMLElement | null> {
  const { api, words } = deps;
  const state = fields(await api.get('eichrecht'));
  const connectors = list(state['connectors']).filter((connector) => connector['applies'] === true);
  if (connectors.length === 0) return null;
  return element(
    'section',
    { 'aria-labelledby': 'meters' },
    element('h2', { id: 'meters' }, words.meters),
    ...connectors.map((connector) => meterView(connector, deps)),
    archiveView(fields(state['archive']), deps),
  );
}

function meterView(connector: Fields, { words }: SessionsDeps): HTMLElement {
  const title = element('strong', {}, `${words.connector} ${text(connector['evse'])}`);
  if (connector['meter'] === null) {
    return element('article', { class: 'record' }, title, element('p', { class: 'warning' }, words.meterSilent));
  }
  const meter = fields(connector['meter']);
  const component = fields(meter['component']);
  const key = text(meter['publicKey']);
  const facts = [
    { name: words.meter, value: text(meter['serial']) },
    { name: words.condition, value: words[meter['condition'] === 'good' ? 'good' : 'failedMeter'] },
    { name: words.clock, value: clockWord(meter['clock'], words) },
    { name: words.lastRecord, value: text(meter['pagination']) },
    { name: words.component, value: [component['name'], component['version']].map(text).join(' ').trim() },
    { name: words.checksum, value: text(component['checksum']) },
  ];
  return element(
    'article',
    { class: 'record' },
    title,
    ' ',
    meter['test'] === true ? testBadge(words) : null,
    factList(facts),
    key === ''
      ? element('p', { class: 'warning' }, words.keyMissing)
      : more(words.keyOfMeter, false, copyable(key, words.keyOfMeter, words)),
  );
}

function clockWord(clock: unknown, words: SessionsDeps['words']): string {
  switch (clock) {
    case 'informative':
      return words.clockInformative;
    case 'synchronised':
      return words.clockSynchronised;
    case 'relative':
      return words.clockRelative;
    case 'unset':
      return words.clockUnset;
    default:
      return words.clockNone;
  }
}

function archiveView(archive: Fields, { words }: SessionsDeps): HTMLElement {
  const blocked = { full: words.archiveFull, damaged: words.archiveDamaged }[text(archive['blocked'])];
  return element(
    'div',
    {},
    factList([
      { name: words.archive, value: `${text(archive['records'])} ${words.ofCapacity} ${text(archive['capacity'])}` },
      { name: words.undelivered, value: text(archive['undelivered']) },
    ]),
    blocked === undefined ? null : element('p', { class: 'warning' }, blocked),
  );
}
