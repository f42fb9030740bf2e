import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, YAMLMap } from 'yaml';

import type { ConfigurationProblem } from './configuration-entry.ts';
import { findOverrideId, readEntry } from './configuration-entry.ts';
import { didYouMean } from './names.ts';
import type { Override, OverrideValues } from './overrides.ts';
import { isIndividual, type ValueId } from './value-id.ts';

/** Collects what is wrong, with line numbers. */
export interface Reading {
  readonly problems: ConfigurationProblem[];
  readonly whereOf: (node: unknown) => string;
}

/** Whether it is a node of the document, which has a place in the file. */
export function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

/** Whether nothing stands behind a key. */
export function isNothing(node: unknown): boolean {
  return node === undefined || node === null || (isScalar(node) && node.value === null);
}

/** Every key that is not known here is a problem, with the one that was probably meant. */
export function refuseForeignKeys(map: YAMLMap, known: readonly string[], { problems, whereOf }: Reading): void {
  for (const { key } of map.items) {
    const name = keyText(key);
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    const hint = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`;
    problems.push({ where: whereOf(key), problem: `"${name}" has no meaning here. ${hint}` });
  }
}

/** Reads `pinned:` or `defaults:` of the file or of a station. */
export function readSection(map: YAMLMap, section: 'pinned' | 'defaults', reading: Reading): OverrideValues {
  const values = new Map<ValueId, Override>();
  const node = map.get(section, true);
  if (isNothing(node)) return values;
  if (isMap(node)) readEntries(node, '', values, reading);
  else
    reading.problems.push({
      where: reading.whereOf(node),
      problem: `${section}: must hold parameters and their values.`,
    });
  return values;
}

function readEntries(map: YAMLMap, path: string, values: Map<ValueId, Override>, reading: Reading): void {
  for (const { key, value } of map.items) {
    const name = `${path}${keyText(key)}`;
    const id = findOverrideId(name);
    const isOfConnectors = id !== undefined && isIndividual(id);
    if (isOfConnectors && isSeq(value)) {
      for (const [index, item] of value.items.entries())
        if (!isNothing(item)) readOne(`${name}_${index + 1}`, key, item, values, reading);
    } else if (isMap(value)) readEntries(value, isOfConnectors ? `${name}_` : `${name}.`, values, reading);
    else readOne(name, key, value, values, reading);
  }
}

function readOne(name: string, key: unknown, value: unknown, values: Map<ValueId, Override>, reading: Reading): void {
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

/** The text of a value as written, so that an identity 0123 keeps its 0; lists with commas; `undefined` for a map. */
export function textOf(node: unknown): string | undefined {
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

function keyText(key: unknown): string {
  if (!isScalar(key)) return '';
  return key.source ?? JSON.stringify(key.value);
}
