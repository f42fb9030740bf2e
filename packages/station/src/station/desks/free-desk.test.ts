import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';
import { FreeDesk } from './free-desk.ts';

const fault: HardwareFault = { id: 'g', errorCode: 'GroundFailure', vendorCode: 'g', text: 'g', severity: 'fault' };
const byPlug = { parentIdToken: null, free: { card: null }, via: 'plug', movable: false } as const;

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly problems: string[] = [];
  reserved: readonly number[] = [];
  readonly values: Record<string, string | boolean> = {
    'authorization.freeCharging': true,
    'authorization.freeChargingMode': 'statusWithoutCard',
    'authorization.freeChargingTag': '',
  };
  readonly desk: FreeDesk;

  constructor(mode = 'statusWithoutCard', tag = '') {
    this.values['authorization.freeChargingMode'] = mode;
    this.values['authorization.freeChargingTag'] = tag;
    const params = { get: (id: string) => this.values[id] } as unknown as ParameterReader;
    const evses = (): readonly TestEvse['controller'][] => this.evses.map((evse) => evse.controller);
    this.desk = new FreeDesk({
      time: this.time,
      params,
      evses,
      standing: (evse) => (this.reserved.includes(evse) ? 'closed' : 'open'),
      parentOf: () => null,
      onProblem: (text) => this.problems.push(text),
    });
  }

  get phases(): readonly string[] {
    return this.evses.map(({ state }) => state.phase.kind);
  }

  async look(ms = 0): Promise<void> {
    this.desk.changed();
    await this.time.advance(ms);
  }
}

describe('a car that nobody shows a card for', () => {
  test('begins when it is plugged in, as nobody, and the backend is told nothing', async () => {
    const bench = new Bench();
    bench.evses[0].plug();
    await bench.look();
    assert.deepEqual(bench.phases, ['starting', 'idle']);
    assert.deepEqual(bench.evses[0].of('granted')[0]?.grant, { ...byPlug, idToken: '', untold: true });
  });

  test('begins under the configured identifier where everything is told', async () => {
    const bench = new Bench('fixedTagWithoutCard', 'FREE');
    bench.evses[1].plug();
    await bench.look();
    assert.deepEqual(bench.evses[1].of('granted')[0]?.grant, { ...byPlug, idToken: 'FREE' });
  });

  for (const mode of ['statusWithCard', 'fixedTagWithCard', 'anyCard'])
    test(`waits for a card in the mode ${mode}`, async () => {
      const bench = new Bench(mode, 'FREE');
      bench.evses[0].plug();
      await bench.look(60_000);
      assert.deepEqual(bench.phases, ['preparing', 'idle']);
    });

  test('begins also when the time for a card is over', async () => {
    const bench = new Bench();
    bench.evses[0].plug().dispatch({ kind: 'connectionTimeOut' });
    await bench.look();
    assert.deepEqual(bench.phases, ['starting', 'idle']);
  });

  test('does not begin a second time before it is plugged anew', async () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('CARD')).dispatch({ kind: 'stop', cause: { reason: 'remote', idToken: null } });
    bench.evses[0].dispatch({ kind: 'stopped' });
    await bench.look(60_000);
    assert.deepEqual(bench.phases, ['finished', 'idle']);
    bench.evses[0].dispatch({ kind: 'pilot', state: 'A' });
    bench.evses[0].plug();
    await bench.look();
    assert.deepEqual(bench.phases, ['starting', 'idle']);
  });

  test('begins some seconds after what is in the way is over, shown or not', async () => {
    const bench = new Bench();
    bench.evses[0].plug().dispatch({ kind: 'fault', fault, active: true });
    bench.evses[1].plug().dispatch({ kind: 'blocked', reason: 'the supply fails' });
    await bench.look(5_000);
    assert.deepEqual(bench.phases, ['preparing', 'preparing']);
    bench.evses[0].dispatch({ kind: 'fault', fault, active: false });
    bench.evses[1].dispatch({ kind: 'blocked', reason: null });
    await bench.time.advance(5_000);
    assert.deepEqual(bench.phases, ['starting', 'starting']);
  });

  test('waits until what is reserved for somebody is free', async () => {
    const bench = new Bench();
    bench.reserved = [1];
    bench.evses[0].plug();
    await bench.look(60_000);
    assert.deepEqual([bench.phases, bench.evses[0].of('granted')], [['preparing', 'idle'], []]);
    bench.reserved = [];
    await bench.time.advance(5_000);
    assert.deepEqual(bench.phases, ['starting', 'idle']);
  });

  test('leaves the plug to a grant that waits for it', async () => {
    const bench = new Bench('fixedTagWithoutCard', 'FREE');
    bench.evses[0].dispatch({ kind: 'granted', grant: grantOf('REMOTE', { via: 'remote' }) });
    await bench.look(60_000);
    assert.equal(bench.evses[0].of('granted').length, 1);
  });

  test('does not begin where an identifier is missing; that is said once', async () => {
    const bench = new Bench('fixedTagWithoutCard');
    bench.evses[0].plug();
    await bench.look();
    await bench.look();
    assert.deepEqual(bench.phases, ['preparing', 'idle']);
    assert.match(bench.problems.join('\n'), /^[^\n]*set authorization\.freeChargingTag$/);
  });

  test('does not begin while charging is not free, nor once the desk has stopped', async () => {
    const bench = new Bench();
    bench.values['authorization.freeCharging'] = false;
    bench.evses[0].plug();
    await bench.look(60_000);
    bench.values['authorization.freeCharging'] = true;
    bench.desk.changed();
    bench.desk.stop();
    bench.desk.stop();
    await bench.look(60_000);
    assert.deepEqual(bench.phases, ['preparing', 'idle']);
  });
});

describe('another mode', () => {
  const wishes = [
    ['anyCard', 'statusWithCard'],
    ['fixedTagWithCard', 'fixedTagWithoutCard'],
    ['statusWithCard', 'noOcpp'],
  ] as const;
  for (const [before, now] of wishes)
    test(`takes back what waits for its car: ${before}, then ${now}`, () => {
      const bench = new Bench(before, 'FREE');
      const { traits } = bench.desk;
      assert.ok(traits !== null);
      const grant = bench.desk.grantFor(traits, { via: 'card', card: 'CARD' }, false);
      assert.ok(grant !== null);
      bench.evses[0].dispatch({ kind: 'granted', grant });
      bench.desk.settingsChanged();
      assert.deepEqual(bench.phases, ['preparing', 'idle'], 'the same mode');
      bench.values['authorization.freeChargingMode'] = now;
      bench.desk.settingsChanged();
      assert.deepEqual(bench.phases, ['idle', 'idle']);
    });

  test('takes back what was permitted before charging was free, and leaves what runs', () => {
    const bench = new Bench('anyCard');
    bench.evses[0].dispatch({ kind: 'granted', grant: grantOf('CARD') });
    bench.evses[1].run(grantOf('OTHER'));
    bench.values['authorization.freeCharging'] = false;
    bench.desk.settingsChanged();
    assert.deepEqual(bench.phases, ['preparing', 'running']);
    bench.values['authorization.freeCharging'] = true;
    bench.desk.settingsChanged();
    assert.deepEqual(bench.phases, ['idle', 'running']);
  });
});
