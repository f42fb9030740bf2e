import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { until } from '../e2e/parts/until.ts';
import { backendAddress, Lab, sides } from './parts/lab.ts';
import { LabBackend } from './parts/lab-backend.ts';
import { LabStation } from './parts/lab-station.ts';
import { labTest } from './parts/requirements.ts';

/** A session of some seconds that is to arrive whole. */
async function session(station: LabStation, backend: LabBackend): Promise<void> {
  await station.startCharging();
  await until('meter values', async () => (await backend.books()).counts.meterValues >= 3, 30_000);
  await station.stopCharging();
  await station.delivered();
  assert.equal((await backend.books()).counts.open, 0);
  await station.stop();
}

describe('trouble on the way to the backend', { concurrency: 3 }, () => {
  for (const [detector, pinned, boundMs] of [
    // A ping within the interval, its pong within the same time again.
    ['pong', { 'backend.keepAliveInterval': 5, 'backend.tcpWatchdogTimeout': 0 }, 10_000],
    ['watchdog', { 'backend.keepAliveInterval': 0, 'backend.tcpWatchdogTimeout': 10 }, 10_000],
  ] as const) {
    const ids = detector === 'pong' ? '(T-23, fault 4, row 10)' : '(T-23, fault 4, row 9)';
    labTest(
      `packets vanish without a word: noticed by ${detector} within ${boundMs / 1000} s, and the link comes back ${ids}`,
      ['iptables'],
      async (t) => {
        const lab = new Lab(t);
        const backend = await LabBackend.start(t, lab);
        const station = await LabStation.start(t, lab, { pinned });
        await station.onlineOver('eth0');
        lab.blackhole(true);
        const cutMs = performance.now();
        await station.daemon.line(new RegExp(`noticed by ${detector}`));
        const noticedMs = performance.now() - cutMs;
        assert.ok(noticedMs <= boundMs + 1500, `noticed after ${noticedMs} ms`);
        lab.blackhole(false);
        await station.onlineOver('eth0');
        await station.stop();
        await backend.isClean();
      },
    );
  }

  labTest('with a fifth of all packets lost, a session arrives whole (fault 4)', ['iptables'], async (t) => {
    const lab = new Lab(t);
    const backend = await LabBackend.start(t, lab);
    const station = await LabStation.start(t, lab, { pinned: { 'backend.communicationTimeout': 20 } });
    const lose = ['-m', 'statistic', '--mode', 'random', '--probability', '0.2', '-j', 'DROP'];
    lab.run(lab.station, 'iptables', '-A', 'INPUT', '-i', 'eth0', ...lose);
    lab.run(lab.station, 'iptables', '-A', 'OUTPUT', '-o', 'eth0', ...lose);
    await backend.expect({ toleranceMs: 10_000 });
    await station.onlineOver('eth0', 30_000);
    await session(station, backend);
    await backend.isClean();
  });

  labTest('over a line of 24 kbit/s a session arrives whole (row 8)', ['tbf'], async (t) => {
    const lab = new Lab(t);
    const backend = await LabBackend.start(t, lab);
    const slow = ['root', 'tbf', 'rate', '24kbit', 'burst', '1600', 'latency', '2000ms'];
    lab.run(lab.station, 'tc', 'qdisc', 'add', 'dev', 'eth0', ...slow);
    const station = await LabStation.start(t, lab, { pinned: { 'backend.communicationTimeout': 20 } });
    await backend.expect({ toleranceMs: 10_000 });
    await station.onlineOver('eth0', 30_000);
    await session(station, backend);
    await backend.isClean();
  });

  labTest('with 300 ms of latency each way a session arrives whole (row 8a)', [], async (t) => {
    const lab = new Lab(t);
    const backend = await LabBackend.start(t, lab);
    await backend.setLatency(300);
    const station = await LabStation.start(t, lab, {
      url: `ws://${backendAddress}:9002/ocpp`,
      pinned: { 'metering.sampleInterval': 2 },
    });
    await backend.expect({ toleranceMs: 10_000 });
    await station.onlineOver('eth0', 30_000);
    await session(station, backend);
    await backend.isClean();
  });

  for (const { what, url, stage } of [
    { what: 'a name server that never answers', url: 'ws://csms.lab.test:9000/ocpp', stage: 'dns' },
    { what: 'a TLS handshake that never ends', url: `wss://${backendAddress}:9001/ocpp`, stage: 'tls' },
  ]) {
    labTest(`${what} is given up after the communication timeout (row 8)`, [], async (t) => {
      const lab = new Lab(t);
      await LabBackend.start(t, lab, { [sides.eth0.far]: null });
      const pinned = {
        'backend.communicationTimeout': 3,
        'backend.nameServers': `ethernet=${sides.eth0.far}`,
        'backend.authorizationKey': 'a-password-of-the-lab',
      };
      const station = await LabStation.start(t, lab, { url, pinned });
      await station.daemon.line(/"kind":"connecting"/);
      const begunMs = performance.now();
      await station.daemon.line(new RegExp(`no connection within 3 s; the attempt had reached the stage ${stage}`));
      const tookMs = performance.now() - begunMs;
      assert.ok(tookMs > 2000 && tookMs < 4500, `given up after ${tookMs} ms`);
      await station.stop();
    });
  }
});
