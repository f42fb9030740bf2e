import { isMap, LineCounter, parseDocument } from 'yaml';

import type { ConfigurationProblem, SourceValues } from './configuration-entry.ts';
import type { StationGroup } from './station-groups.ts';
import { readStations } from './station-list.ts';
import { isNode, isNothing, readSection, refuseForeignKeys } from './yaml-section.ts';
import type { Reading } from './yaml-section.ts';

/** What the configuration file gives. */
export interface FileValues extends SourceValues {
  readonly stations: readonly StationGroup[];
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
}

const sections = ['pinned', 'defaults', 'stations'] as const;

/**
 * Reads a YAML file with `pinned:`, `defaults:` and `stations:` (entries with `identity:`, own `pinned:` and `defaults:`, or `count:`
 * for many alike). Parameters are named by id, flat or nested, or by OCPP key. Texts are taken as written, so that an identity 0123 keeps its 0.
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
  if (document.errors.length > 0 || isNothing(root)) return nothing;
  if (!isMap(root)) {
    reading.problems.push({ where: name, problem: 'The file must consist of pinned:, defaults: and stations:.' });
    return nothing;
  }
  refuseForeignKeys(root, sections, reading);
  const values = { pinned: readSection(root, 'pinned', reading), defaults: readSection(root, 'defaults', reading) };
  return { ...values, stations: readStations(root, reading), problems: reading.problems, warnings: [] };
}
