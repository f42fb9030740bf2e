import { catalogue } from '../params/catalogue.ts';
import { findParameter } from '../params/names.ts';
import type { Parameters } from '../params/parameters.ts';
import type { Role } from '../params/row.ts';
import { readExport } from '../params/transfer.ts';
import { parseValue } from '../params/validation.ts';
import { parameterOf, type ValueId } from '../params/value-id.ts';
import { mask, toShownText, toText } from '../params/value-text.ts';

/** One parameter in which two sides differ; `null` = it says nothing of it. Secrets are masked. */
export interface Difference {
  readonly id: string;
  readonly key: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** The differences, or why the document cannot be compared. */
export type DiffResult =
  | { readonly ok: true; readonly differences: readonly Difference[] }
  | { readonly ok: false; readonly reason: string };

/** What is set differently from the factory, changes that wait for a restart or an application included. */
export function diffWithFactory(parameters: Parameters, role: Role): readonly Difference[] {
  return parameters.viewAll(role).flatMap((view) => {
    if (view.row.effect === 'fixed') return [];
    const to = view.pending?.value ?? view.value;
    return to === view.default ? [] : [{ id: view.id, key: view.key, from: view.default, to }];
  });
}

/** What an import of the document would change; what it does not name is left out. */
export function diffWithDocument(parameters: Parameters, role: Role, document: unknown): DiffResult {
  const read = readExport(document);
  if (!read.ok) return read;
  const differences = [...read.entries].flatMap(([name, text]): Difference[] => {
    const named = findParameter(name);
    if (named === undefined) return [{ id: name, key: null, from: null, to: text }];
    if (named.kind === 'backendUrl') return differing(name, name, parameters.ocppKey(name)?.value ?? '', text);
    const view = parameters.view(named.id, role);
    if (view === undefined) return [];
    const secret = view.row.secret === true;
    const present = view.pending?.value ?? view.value;
    // What a secret is cannot be compared without telling it; that the file brings one is worth a line.
    if (secret)
      return text === mask ? [] : [{ id: view.id, key: view.key, from: present, to: toShownText(text, true) }];
    return differing(view.id, view.key, present, canonical(named.id, text));
  });
  return { ok: true, differences };
}

function differing(id: string, key: string | null, from: string, to: string): Difference[] {
  return from === to ? [] : [{ id, key, from, to }];
}

function canonical(valueId: ValueId, text: string): string {
  const id = parameterOf(valueId);
  const parsed = parseValue(id, text, 'local');
  return parsed.ok && catalogue[id].secret !== true ? toText(parsed.value) : text;
}
