import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { until } from '../e2e/parts/until.ts';
import { backendAddress, backendAddress6, Lab, sides } from './parts/lab.ts';
import { LabBackend } from './parts/lab-backend.ts';
import { identity, LabStation } from './parts/lab-station.ts';
import { labTest } from './parts/requirements.ts';

/** The source addresses that the backend saw, in order; attempts in a row from one address count once. */
async function sources(backend: LabBackend): Promise<readonly string[]> {
  const all = (await backend.connections()).map(({ from }) => from);
  return all.filter((from, index) => from !== all[index - 1]);
}

async function readKey(backend: LabBackend, key: string): Promise<unknown> {
  const { configurationKey } = await backend.call(identity, 'GetConfiguration', { key: [key] });
  return Array.isArray(configurationKey) ? configurationKey[0] : undefined;
}

const offline = { 'authorization.allowOfflineTxForUnknownId': true, 'authorization.acceptBeforeBoot': true };

describe('the bearers of a real daemon', { concurrency: 3 }, () => {
  labTest(
    'Ethernet is pulled out in a transaction and put in again: the link moves, nothing is lost or doubled (row 1, T-24, fault 7)',
    [],
    async (t) => {
      const lab = new Lab(t);
      const backend = await LabBackend.start(t, lab);
      const station = await LabStation.start(t, lab);
      await station.onlineOver('eth0');
      await station.startCharging();
      await until('meter values', async () => (await backend.books()).counts.meterValues >= 2);

      lab.plug('eth0', false);
      await station.onlineOver('wwan0');
      const { bearer } = await station.status();
      assert.deepEqual(
        { name: bearer.name, policyRouting: bearer.policyRouting, reason: bearer.reason },
        { name: 'gsm', policyRouting: 'installed', reason: 'ethernet (eth0) went down' },
      );
      const keepAlive = await readKey(backend, 'WebSocketPingInterval');
      assert.deepEqual(keepAlive, { key: 'WebSocketPingInterval', readonly: false, value: '50' });
      const before = (await backend.books()).counts.meterValues;
      await until('meter values over mobile', async () => (await backend.books()).counts.meterValues >= before + 2);

      lab.plug('eth0', true);
      await station.onlineOver('eth0');
      await station.stopCharging();
      await station.delivered();

      const connections = await backend.connections();
      assert.deepEqual(
        connections.map(({ from }) => from),
        [sides.eth0.station, sides.wwan0.station, sides.eth0.station],
        'one attempt each, bound to the address of the bearer',
      );
      const [, mobile, ethernet] = connections;
      // Seen from the backend: the end of the one and the begin of the other come over different lines, in no order.
      const lineMs = 1_000;
      assert.ok(
        (mobile?.closedMs ?? Infinity) <= (ethernet?.openedMs ?? 0) + lineMs,
        'the old socket is closed before the new one opens',
      );
      assert.equal((await backend.calls('StartTransaction')).length, 1);
      assert.equal((await backend.calls('StopTransaction')).length, 1);
      await station.stop();
      await backend.isClean();
      assert.deepEqual(lab.sourceRules(), [], 'what was installed is removed at stop');
    },
  );

  labTest(
    'a backlog goes on over mobile when Ethernet is lost in its middle, each message once (row 1, fault 7)',
    [],
    async (t) => {
      const lab = new Lab(t);
      const backend = await LabBackend.start(t, lab);
      const station = await LabStation.start(t, lab, { pinned: { ...offline, 'traffic.backlogRate': 4 } });
      await station.onlineOver('eth0');
      lab.plug('eth0', false);
      lab.plug('wwan0', false);
      await until('no bearer', async () => (await station.status()).bearer.name === 'none');
      assert.match(
        (await station.status()).bearer.reason,
        /no bearer is up: eth0 has no carrier, wwan0 has no carrier/,
      );
      await station.startCharging();
      await until('a backlog', async () => (await station.status()).outbox.waiting >= 10);
      await station.stopCharging();
      lab.plug('eth0', true);
      await station.onlineOver('eth0');
      await until('the first half', async () => (await backend.books()).counts.meterValues >= 3);
      lab.plug('wwan0', true);
      await until('mobile to be seen', async () => lab.ip(lab.station, 'link', 'show', 'wwan0').includes('LOWER_UP'));
      lab.plug('eth0', false);
      await station.onlineOver('wwan0');
      await station.delivered();
      assert.deepEqual(await sources(backend), [sides.eth0.station, sides.wwan0.station]);
      assert.equal((await backend.calls('StartTransaction')).length, 1);
      await station.stop();
      await backend.isClean();
    },
  );

  labTest(
    'a name that only the name server of mobile knows: after five attempts mobile is tried, and kept (row 1, row 1a)',
    [],
    async (t) => {
      const lab = new Lab(t);
      const names = { [sides.eth0.far]: {}, [sides.wwan0.far]: { 'csms.lab.test': backendAddress } };
      const backend = await LabBackend.start(t, lab, names);
      const pinned = { 'backend.nameServers': `ethernet=${sides.eth0.far}; gsm=${sides.wwan0.far}` };
      const station = await LabStation.start(t, lab, { url: 'ws://csms.lab.test:9000/ocpp', pinned });
      await station.daemon.line(/the name csms\.lab\.test was not found \(ENOTFOUND\)/);
      await station.onlineOver('wwan0');
      assert.deepEqual(await sources(backend), [sides.wwan0.station]);
      assert.match((await station.status()).bearer.reason, /5 attempts over ethernet \(eth0\) failed/);
      await station.stop();
      await backend.isClean();
    },
  );

  labTest('over IPv6 the link leaves from the address of its bearer too (row 1)', [], async (t) => {
    const lab = new Lab(t);
    const backend = await LabBackend.start(t, lab);
    const station = await LabStation.start(t, lab, { url: `ws://[${backendAddress6}]:9000/ocpp` });
    await station.onlineOver('eth0');
    lab.switch('eth0', false);
    await station.onlineOver('wwan0');
    assert.deepEqual(await sources(backend), [sides.eth0.station6, sides.wwan0.station6]);
    await station.stop();
    await backend.isClean();
  });

  labTest(
    'what a killed daemon left of its routes is taken over, and removed at the next stop (row 1)',
    [],
    async (t) => {
      const lab = new Lab(t);
      const backend = await LabBackend.start(t, lab);
      const station = await LabStation.start(t, lab);
      await station.onlineOver('eth0');
      const rules = lab.sourceRules();
      assert.ok(
        rules.some((rule) => rule.includes(`from ${sides.eth0.station} lookup`)),
        rules.join(),
      );
      await station.daemon.kill();
      assert.deepEqual(lab.sourceRules(), rules, 'a killed process tidies nothing');
      await backend.rebooted(identity);
      station.restart();
      await station.onlineOver('eth0');
      assert.deepEqual(lab.sourceRules(), rules, 'each rule once');
      await station.stop();
      assert.deepEqual(lab.sourceRules(), []);
      await backend.isClean();
    },
  );

  labTest(
    'without CAP_NET_ADMIN the routing of the system decides, and the status says so (row 1)',
    ['setpriv'],
    async (t) => {
      const lab = new Lab(t);
      const backend = await LabBackend.start(t, lab);
      const station = await LabStation.start(t, lab, { inside: ['setpriv', '--bounding-set=-net_admin'] });
      await station.onlineOver('eth0');
      assert.match(
        (await station.status()).bearer.policyRouting,
        /the routing of the system decides: .*not permitted/i,
      );
      await station.daemon.line(/"area":"bearer".*the routing of the system decides/);
      assert.deepEqual(lab.sourceRules(), []);
      lab.switch('eth0', false);
      await station.onlineOver('wwan0');
      await station.stop();
      await backend.isClean();
    },
  );

  labTest('with connection type none no packet leaves the station (row 1)', ['iptables'], async (t) => {
    const lab = new Lab(t);
    const backend = await LabBackend.start(t, lab);
    lab.run(lab.station, 'iptables', '-A', 'OUTPUT', '!', '-o', 'lo');
    const station = await LabStation.start(t, lab, { pinned: { ...offline, 'backend.connectionType': 'none' } });
    await until('the station', async () => (await station.status()).evses.length > 0);
    await station.startCharging();
    await station.stopCharging();
    const { link, bearer } = await station.status();
    assert.deepEqual([link.kind, bearer.name], ['disabled', 'none']);
    assert.deepEqual(await backend.connections(), []);
    const counted = lab.run(lab.station, 'iptables', '-nvxL', 'OUTPUT').split('\n').at(2)?.trim().split(/\s+/)[0];
    assert.equal(counted, '0', 'packets');
    await station.stop();
  });
});
