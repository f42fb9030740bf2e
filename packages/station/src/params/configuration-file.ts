import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node, YAMLMap } from 'yaml';

import type { ParameterId } from './catalogue.ts';
import type { ConfigurationProblem, SourceValues } from './configuration-entry.ts';
import { readEntry } from './configuration-entry.ts';
import { didYouMean } from './names.ts';
import type { Override } from './overrides.ts';
import { parseValue } from './validation.ts';

/** What the configuration file gives. */
export interface FileValues extends SourceValues {
  readonly stations: readonly { readonly identity: string; readonly values: SourceValues }[];
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
}

const sections = ['pinned', 'defaults', 'stations'] as const;

/** Collects what is wrong, with line numbers. */
interface Reading {
  readonly problems: ConfigurationProblem[];
  readonly whereOf: (node: unknown) => string;
}

/**
 * Reads a YAML file with `pinned:`, `defaults:` and `stations:` (a list of `identity:` with own `pinned:` and `defaults:`).
 * Parameters are named by id, flat or nested, or by OCPP key. Texts are taken as written, so that an identity 0123 keeps its 0.
 */
export function readConfigurationFile(name: string, text: string): FileValues {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, strict: true, uniqueKeys: true });
  const whereOf = (node: unknown): string => {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? name : `${name} line ${lineCounter.linePos(offset).line}`;
  };
  const reading: Reading = { problems: [], whereOf };
  for (const error of document.errors) {
    reading.problems.push({
      where: `${name} line ${error.linePos?.[0].line ?? 1}`,
      problem: error.message.split('\n', 1)[0] ?? error.code,
    });
  }
  const root = document.contents;
  const nothing: FileValues = {
    pinned: new Map(),
    defaults: new Map(),
    stations: [],
    problems: reading.problems,
    warnings: [],
  };
  if (document.errors.length > 0 || root === null || (isScalar(root) && root.value === null)) return nothing;
  if (!isMap(root)) {
    reading.problems.push({ where: name, problem: 'The file must consist of pinned:, defaults: and stations:.' });
    return nothing;
  }
  refuseForeignKeys(root, sections, reading);
  const values = { pinned: readSection(root, 'pinned', reading), defaults: readSection(root, 'defaults', reading) };
  return { ...values, stations: readStations(root, reading), problems: reading.problems, warnings: [] };
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return '';
  return key.source ?? JSON.stringify(key.value);
}

function refuseForeignKeys(map: YAMLMap, known: readonly string[], { problems, whereOf }: Reading): void {
  for (const { key } of map.items) {
    const name = keyText(key);
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    const hint = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`;
    problems.push({ where: whereOf(key), problem: `"${name}" has no meaning here. ${hint}` });
  }
}

function readSection(
  map: YAMLMap,
  section: 'pinned' | 'defaults',
  reading: Reading,
): ReadonlyMap<ParameterId, Override> {
  const values = new Map<ParameterId, Override>();
  const node = map.get(section, true);
  if (node === undefined || (isScalar(node) && node.value === null)) return values;
  if (isMap(node)) readEntries(node, '', values, reading);
  else
    reading.problems.push({
      where: reading.whereOf(node),
      problem: `${section}: must hold parameters and their values.`,
    });
  return values;
}

function readEntries(map: YAMLMap, path: string, values: Map<ParameterId, Override>, reading: Reading): void {
  for (const { key, value } of map.items) {
    const name = `${path}${keyText(key)}`;
    if (isMap(value)) {
      readEntries(value, `${name}.`, values, reading);
      continue;
    }
    const where = reading.whereOf(key);
    const text = textOf(value);
    const entry =
      text === undefined
        ? {
            ok: false as const,
            problem: `The value of ${name} must be a text, a number, true or false, or a list of texts.`,
          }
        : readEntry(name, text, 'file', where);
    if (!entry.ok) reading.problems.push({ where, problem: entry.problem });
    else if (values.has(entry.id)) reading.problems.push({ where, problem: `${entry.id} is set twice.` });
    else values.set(entry.id, entry.override);
  }
}

/** The text of a value as written; lists with commas. */
function textOf(node: unknown): string | undefined {
  if (!isSeq(node)) return scalarText(node);
  const items = node.items.map(scalarText);
  return items.every((item) => item !== undefined) ? items.join(',') : undefined;
}

function scalarText(node: unknown): string | undefined {
  if (node === null) return '';
  if (!isScalar(node)) return undefined;
  if (node.value === null) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? JSON.stringify(node.value));
}

function readStations(root: YAMLMap, reading: Reading): FileValues['stations'] {
  const node = root.get('stations', true);
  if (node === undefined || (isScalar(node) && node.value === null)) return [];
  if (!isSeq(node)) {
    reading.problems.push({
      where: reading.whereOf(node),
      problem: 'stations: must be a list of entries with identity:.',
    });
    return [];
  }
  const stations: FileValues['stations'][number][] = [];
  const seen = new Set<string>();
  for (const item of node.items) {
    const station = readStation(item, reading);
    if (station === undefined) continue;
    const isDouble = seen.has(station.identity);
    if (isDouble)
      reading.problems.push({
        where: reading.whereOf(item),
        problem: `The identity ${station.identity} stands twice.`,
      });
    else stations.push(station);
    seen.add(station.identity);
  }
  return stations;
}

function readStation(item: unknown, reading: Reading): FileValues['stations'][number] | undefined {
  const where = reading.whereOf(item);
  if (!isMap(item)) {
    reading.problems.push({ where, problem: 'A station is written "- identity: NAME".' });
    return undefined;
  }
  refuseForeignKeys(item, ['identity', 'pinned', 'defaults'], reading);
  const identity = textOf(item.get('identity', true) ?? null) ?? '';
  const parsed = parseValue('backend.identity', identity, 'local');
  if (!parsed.ok || identity === '') {
    const problem = parsed.ok ? 'The station has no identity.' : `identity: ${parsed.reason}`;
    reading.problems.push({ where, problem });
    return undefined;
  }
  const own: Override = { value: parsed.value, from: 'file', where };
  const pinned = new Map([...readSection(item, 'pinned', reading), ['backend.identity', own] as const]);
  return { identity, values: { pinned, defaults: readSection(item, 'defaults', reading) } };
}
