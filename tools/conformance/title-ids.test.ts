import assert from 'node:assert/strict';
import { test } from 'node:test';

import { idsOf } from './title-ids.ts';

const rows: readonly (readonly [title: string, ids: readonly string[]])[] = [
  ['a refused card starts nothing [A-06]', []],
  ['a refused card starts nothing (A-06)', ['A-06']],
  ['two lines and a case (X-06, TC_037_3)', ['X-06', 'TC_037_3']],
  ['a range (Z-01…Z-03), written short (T-01…04)', ['Z-01', 'Z-02', 'Z-03', 'T-01', 'T-02', 'T-03', 'T-04']],
  ['faults (fault 29, X-12), several (faults 9…11)', ['fault 29', 'X-12', 'fault 9', 'fault 10', 'fault 11']],
  ['words in brackets (those of a reader) and a clause (OCPP 1.6 §4.8)', []],
  ['an invariant and a rule of legal metrology (INV-03, E-07, pitfalls 3…4)', ['E-07', 'pitfall 3', 'pitfall 4']],
  ['longer prefixes (PNC-01, RS-02)', ['PNC-01', 'RS-02']],
];

for (const [title, ids] of rows) {
  test(`the ids of "${title.replaceAll(/[()]/g, '|')}"`, () => {
    assert.deepEqual(idsOf(title), ids);
  });
}
