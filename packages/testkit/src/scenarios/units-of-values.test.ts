import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey } from './backend-steps.ts';
import { readingsSeen } from './meter-steps.ts';
import { endByCard, startByCard } from './steps.ts';

/** The unit of each kind of measurand (§7.43); frequency has none in the schema, and temperature keeps its old spelling. */
const units: readonly (readonly [pattern: RegExp, unit: string | undefined])[] = [
  [/^Energy\.Active/, 'Wh'],
  [/^Power\.(?:Active|Offered)/, 'W'],
  [/^Current/, 'A'],
  [/^Voltage/, 'V'],
  [/^SoC/, 'Percent'],
  [/^Temperature/, 'Celcius'],
  [/^Frequency/, undefined],
];
const candidates = [
  'Energy.Active.Import.Register',
  'Energy.Active.Export.Register',
  'Power.Active.Import',
  'Power.Offered',
  'Current.Import',
  'Current.Offered',
  'Voltage',
  'Frequency',
  'Temperature',
  'SoC',
] as const;

/** The measurands that the meter knows: the others are Rejected (V-09). */
async function known(world: World): Promise<readonly string[]> {
  const names: string[] = [];
  for (const value of candidates) {
    const { status } = await ask(world, 'ChangeConfiguration', { key: 'MeterValuesSampledData', value });
    if (status === 'Accepted') names.push(value);
  }
  return names;
}

scenario(
  'with every measurand of the meter switched on all values are decimal strings with the unit of the schema, none for Frequency (V-06, T-17, fault 13, fault 15)',
  { defaults: { 'metering.sampleInterval': 5 } },
  async (world) => {
    const names = await known(world);
    assert.ok(names.length >= 8 && names.includes('Frequency') && names.includes('Temperature'), names.join());
    await changeKey(world, 'MeterValuesSampledData', names.join(','));
    await startByCard(world, 1, 'CARD1');
    await world.pass(12_000);
    await endByCard(world, 1, 'CARD1');
    const values = readingsSeen(world, 'Sample.Periodic').flatMap((reading) => reading.values);
    assert.deepEqual(new Set(values.map(({ measurand }) => measurand)), new Set(names), 'each was sent');
    for (const { measurand, value, unit } of values) {
      assert.ok(typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value), `${String(measurand)}: ${String(value)}`);
      const [, expected] = units.find(([pattern]) => pattern.test(String(measurand))) ?? [];
      assert.equal(unit, expected, String(measurand));
    }
  },
);
