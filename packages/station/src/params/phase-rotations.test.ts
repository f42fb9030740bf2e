import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  highestRotatedConnector,
  parseRotations,
  rotationCount,
  rotationWordAt,
  withRotationAt,
} from './phase-rotations.ts';

test('a list is read in any letter case and written as it is read back; the last word for a connector counts', () => {
  for (const [text, stored] of [
    ['0.RST, 1.RST', '0.RST,1.RST'],
    [' 1.rst ,2.unknown', '1.RST,2.Unknown'],
    ['1.RST,1.TSR', '1.TSR'],
    ['str', 'STR'],
    ['NOTAPPLICABLE', 'NotApplicable'],
    ['', ''],
  ] as const) {
    assert.deepEqual(parseRotations(text), { ok: true, text: stored });
  }
});

test('what is none is refused with what it should be', () => {
  for (const text of ['RRS', '1.', '.RST', '1.RST.2', 'a.RST', 'RST,STR', '1-RST', '-1.RST', '12345.RST']) {
    const parsed = parseRotations(text);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.reason, /such as 1\.RST/);
  }
});

test('each connector has its word; a bare one is that of connector 1, what is not named is unknown', () => {
  assert.deepEqual(
    [0, 1, 2].map((connector) => rotationWordAt('RTS', connector)),
    ['Unknown', 'RTS', 'Unknown'],
  );
  assert.equal(rotationWordAt('0.RST,2.STR', 2), 'STR');
  assert.equal(withRotationAt('RTS', 2, 'STR'), '1.RTS,2.STR');
  assert.equal(withRotationAt('0.RST,2.STR', 2, 'RST'), '0.RST,2.RST');
  assert.deepEqual([highestRotatedConnector('0.RST,7.STR'), highestRotatedConnector('')], [7, 0]);
  assert.deepEqual([rotationCount('0.RST,7.STR'), rotationCount('')], [2, 0]);
});
