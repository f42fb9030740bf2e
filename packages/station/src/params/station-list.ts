import { isMap, isSeq } from 'yaml';
import type { YAMLMap } from 'yaml';

import { identitiesOf } from './identity-template.ts';
import type { StationGroup } from './station-groups.ts';
import { noValues } from './station-groups.ts';
import type { Reading } from './yaml-section.ts';
import { isNothing, readSection, refuseForeignKeys, textOf } from './yaml-section.ts';

const keys = ['identity', 'count', 'first', 'pinned', 'defaults'] as const;

/**
 * Reads `stations:`, one entry or a list of them. An entry is a station with `identity:` and its own `pinned:` and `defaults:`;
 * with `count:` (and `first:`, default 1) it stands for so many, and the identity says where the number is to stand. What is wrong
 * with an entry is its own problem; that two stations have one identity is everybody's.
 */
export function readStations(root: YAMLMap, reading: Reading): readonly StationGroup[] {
  const node = root.get('stations', true);
  if (isNothing(node)) return [];
  if (isMap(node)) return [readEntry(node, 1, reading)];
  if (!isSeq(node)) {
    const problem = 'stations: must be a list of entries with identity:, or one entry with identity: and count:.';
    reading.problems.push({ where: reading.whereOf(node), problem });
    return [];
  }
  const groups: StationGroup[] = [];
  const seen = new Set<string>();
  for (const [index, item] of node.items.entries()) {
    const group = readEntry(item, index + 1, reading);
    const double = group.identities.find((identity) => seen.has(identity));
    if (double === undefined) groups.push(group);
    else {
      const problem = `The identity ${double} stands twice. Every station needs one of its own.`;
      reading.problems.push({ where: reading.whereOf(item), problem });
    }
    for (const identity of group.identities) seen.add(identity);
  }
  return groups;
}

function readEntry(item: unknown, number: number, { whereOf }: Reading): StationGroup {
  const where = whereOf(item);
  const own: Reading = { problems: [], whereOf };
  const group = { from: 'file', where, problems: own.problems } as const;
  if (!isMap(item)) {
    own.problems.push({ where, problem: 'A station is written "- identity: NAME".' });
    return { ...group, identities: [nameOf(number)], values: noValues };
  }
  refuseForeignKeys(item, keys, own);
  const template = textOf(item.get('identity', true)) ?? '';
  const found = identitiesOf(template, numberAt(item, 'count'), numberAt(item, 'first'));
  if (!found.ok)
    own.problems.push({ where, problem: template === '' ? 'The station has no identity.' : found.problem });
  return {
    ...group,
    identities: found.ok ? found.identities : [nameOf(number)],
    values: { pinned: readSection(item, 'pinned', own), defaults: readSection(item, 'defaults', own) },
  };
}

/** The name of an entry that cannot be named by its identity. */
function nameOf(number: number): string {
  return `entry ${number} of stations`;
}

/** 1 when it is not there; NaN for what is no number. */
function numberAt(entry: YAMLMap, key: 'count' | 'first'): number {
  const node = entry.get(key, true);
  const text = isNothing(node) ? '1' : (textOf(node) ?? '');
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
