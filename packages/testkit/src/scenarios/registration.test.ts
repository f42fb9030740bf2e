import assert from 'node:assert/strict';

import { say } from '../say.ts';
import { scenario } from '../world/scenario.ts';
import { endByCard, startByCard } from './steps.ts';

scenario(
  'the first message is BootNotification, then the status of station and connectors (B-01, B-03, TC_001, fault 17)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    assert.deepEqual(
      world
        .calls()
        .slice(0, 4)
        .map(({ action, payload }) => `${action} ${say(payload['connectorId'] ?? '')}`.trim()),
      ['BootNotification', 'StatusNotification 0', 'StatusNotification 1', 'StatusNotification 2'],
    );
  },
);

scenario(
  'nothing but BootNotification is sent while Pending, and it comes after the interval (B-02, B-04, TC_002)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 2 }, do: { boot: { status: 'Pending', interval: 30 } } },
    ]);
    await world.station.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted', 200_000);
    const boots = world.calls('BootNotification').slice(-3);
    const gaps = boots.slice(1).map((boot, index) => Math.round((boot.atMs - (boots[index]?.atMs ?? 0)) / 1000));
    assert.deepEqual(gaps, [30, 30]);
  },
);

scenario(
  'while Pending the configuration can be read and triggered messages are sent, remote starts are refused (B-04, TR-04, TC_002)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 600 } } },
    ]);
    await world.station.powerCycle();
    await world.until('Pending', () => world.status().registration === 'pending');
    const configuration = world.backend.call(world.identity, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    const remote = world.backend.call(world.identity, 'RemoteStartTransaction', { idTag: 'CARD1', connectorId: 1 });
    await world.pass(100);
    assert.deepEqual((await remote)['status'], 'Rejected');
    assert.ok(Array.isArray((await configuration)['configurationKey']));
    const before = world.calls('StatusNotification').length;
    const trigger = world.backend.call(world.identity, 'TriggerMessage', {
      requestedMessage: 'StatusNotification',
      connectorId: 1,
    });
    await world.pass(1000);
    assert.equal((await trigger)['status'], 'Accepted');
    assert.equal(world.calls('StatusNotification').length, before + 1);
  },
);

scenario(
  'while Rejected no call is served and nothing is sent until the interval is over (B-05)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Rejected', interval: 120 } } },
    ]);
    await world.station.powerCycle();
    await world.until('Rejected', () => world.status().registration === 'rejected');
    const sent = world.calls().length;
    const call = world.backend.call(world.identity, 'GetConfiguration', {});
    const refused = assert.rejects(call, /SecurityError/);
    await world.pass(110_000);
    await refused;
    assert.equal(world.calls().length, sent);
    await world.until('registration', () => world.status().registration === 'accepted');
  },
);

scenario(
  'a BootNotification that is not answered is repeated until it is (B-07, fault 18)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([{ on: { action: 'BootNotification', times: 3 }, do: { noAnswer: {} } }]);
    await world.station.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted', 600_000);
  },
);

scenario(
  'a reconnect brings the present status of each connector once and no BootNotification (T-22, N-07, fault 22)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await world.cutLink();
    await world.sim({ action: 'plug', evse: 1 });
    await world.pass(5_000);
    await world.restoreLink();
    await world.until('six statuses', () => world.calls('StatusNotification').length === 6);
    assert.equal(world.calls('BootNotification').length, 1);
    assert.deepEqual(
      world
        .calls('StatusNotification')
        .slice(3)
        .map(({ payload }) => payload['status']),
      ['Available', 'Preparing', 'Available'],
    );
  },
);

scenario(
  'HeartbeatInterval of the confirmation is kept, shown and obeyed (B-03, H-01)',
  { only: 'virtual' },
  async (world) => {
    const configuration = world.backend.call(world.identity, 'GetConfiguration', { key: ['heartbeatinterval'] });
    await world.pass(100);
    assert.deepEqual((await configuration)['configurationKey'], [
      { key: 'HeartbeatInterval', readonly: false, value: '300' },
    ]);
    await world.pass(3_000_000);
    const beats = world.calls('Heartbeat').length;
    assert.ok(beats >= 9 && beats <= 10, `${beats} heartbeats in 50 minutes`);
  },
);

scenario(
  'a BootNotification triggered while its retry waits is sent, and a refused one does not end the retries (B-07, B-09)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 2 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await world.station.powerCycle();
    const earlier = world.calls('BootNotification').length;
    await world.until('the first BootNotification', () => world.calls('BootNotification').length > earlier);
    await world.pass(1_000);
    const before = world.calls('BootNotification').length;
    const status = world.backend.call(world.identity, 'TriggerMessage', { requestedMessage: 'StatusNotification' });
    const boot = world.backend.call(world.identity, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.pass(1_000);
    assert.equal((await status)['status'], 'Rejected');
    assert.equal((await boot)['status'], 'Accepted');
    assert.equal(world.calls('BootNotification').length, before + 1);
    await world.until('registration', () => world.status().registration === 'accepted', 60_000);
  },
);

scenario(
  'a triggered BootNotification that is refused while Pending does not end the repetitions (B-04)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 60 } } },
      { on: { action: 'BootNotification', times: 1 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await world.station.powerCycle();
    await world.until('Pending', () => world.status().registration === 'pending');
    const boot = world.backend.call(world.identity, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.pass(1_000);
    assert.equal((await boot)['status'], 'Accepted');
    await world.until('registration', () => world.status().registration === 'accepted', 120_000);
  },
);

scenario(
  'a SecurityError to the first CALL of a connection brings one BootNotification, not one for each (T-22)',
  { only: 'virtual' },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await world.cutLink();
    world.backend.setRules([{ on: { action: 'StatusNotification' }, do: { callError: { code: 'SecurityError' } } }]);
    await world.restoreLink();
    await world.until('BootNotification', () => world.calls('BootNotification').length === 2);
    await world.pass(60_000);
    assert.equal(world.calls('BootNotification').length, 2);
    assert.equal(world.status().registration, 'accepted');
  },
);

scenario(
  'after a reconnect the statuses go before the backlog, also when the first queued message ends each connection (T-22, fault 22)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.cutLink();
    await world.pass(200_000);
    world.backend.setRules([{ on: { action: 'MeterValues', times: 2 }, do: { drop: {} } }]);
    const before = world.calls().length;
    const connections = world.backend.attempts.length;
    await world.restoreLink();
    await world.until('three connections', () => world.backend.attempts.length >= connections + 3);
    await world.until('the backlog to be gone', () => world.status().outbox.waiting === 0);
    const byConnection = Map.groupBy(world.calls().slice(before), ({ connection }) => connection);
    for (const [connection, calls] of byConnection) {
      const actions = calls.slice(0, 4).map(({ action, payload }) => `${action} ${say(payload['connectorId'])}`);
      const expected = ['StatusNotification 0', 'StatusNotification 1', 'StatusNotification 2', 'MeterValues 1'];
      assert.deepEqual(actions, expected, `connection ${connection}`);
    }
    await endByCard(world, 1, 'CARD1');
  },
);
