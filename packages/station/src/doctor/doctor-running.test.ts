import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import type { LinkSettings, LinkState } from '../link/link-state.ts';
import type { Reach } from '../link/reach.ts';
import { ConnectFailure } from '../link/transport.ts';
import type { Connection, ConnectRequest } from '../link/transport.ts';
import type { DoctorReport } from './doctor-report.ts';
import { doctorRunning } from './doctor-running.ts';
import type { RunningChange, RunningStation } from './doctor-running.ts';
import { WatchedTransport } from './watched-transport.ts';

const settings: LinkSettings = {
  endpoint: {
    protocol: 'wss',
    host: 'csms.example',
    port: null,
    path: '/ocpp',
    identity: 'CP',
    subProtocols: ['ocpp1.6'],
    password: Buffer.from('0123456789abcdef'),
    tlsVerification: 'strict',
    tlsRoots: ['a renewed root'],
    tlsPublicRoots: false,
    proxy: null,
    compression: false,
  },
  reason: '',
  communicationTimeoutMs: 60_000,
  tcpWatchdogMs: 0,
  keepAliveMs: 0,
  backOff: { firstMinMs: 1, firstMaxMs: 1, baseMs: 1, capMs: 1, spreadMs: 1 },
  startSpreadMs: 0,
};
const open: LinkState = {
  kind: 'open',
  subProtocol: 'ocpp1.6',
  url: 'wss://csms.example/ocpp/CP',
  sinceMs: 5,
  reason: '',
};
const connection: Connection = {
  subProtocol: 'ocpp1.6',
  tlsWarnings: [],
  listen: () => {},
  send: () => {},
  ping: () => {},
  close: () => {},
  destroy: () => {},
};
const oldRequest: ConnectRequest = {
  url: 'wss://csms.example/ocpp/CP',
  subProtocols: [],
  compression: false,
  maxPayloadBytes: 1,
};

const accepted: ReturnType<RunningStation['lastBoot']> = {
  outcome: { kind: 'answered', answer: { status: 'accepted', intervalSeconds: 300, timeMs: 0 } },
  durationMs: 5,
  clockDifferenceMs: 0,
  closed: null,
  limitMs: 30_000,
  endedMs: 0,
};

/** A station whose link says what the test wants. */
class Bench {
  readonly time = new VirtualTime();
  readonly told: string[] = [];
  readonly reached: ConnectRequest[] = [];
  readonly asked: string[] = [];
  readonly listeners = new Set<(change: RunningChange) => void>();
  readonly stop = new AbortController();
  state: LinkState = open;
  settings: LinkSettings = settings;
  failure: ConnectFailure | null = null;
  registration = 'accepted';
  boot: ReturnType<RunningStation['lastBoot']> = accepted;
  nowMs = Date.UTC(2030, 0, 1);
  readonly transport = new WatchedTransport(
    { connect: () => (this.failure === null ? Promise.resolve(connection) : Promise.reject(this.failure)) },
    this.time,
  );
  readonly #reach: Reach = {
    reach: async (request) => {
      this.reached.push(request);
      request.onStage?.('dns');
      if (this.failure !== null) throw this.failure;
    },
    speaks: (language) => {
      this.asked.push(language);
      return Promise.resolve(true);
    },
  };

  look(disconnect = false): Promise<DoctorReport> {
    const deps = { time: this.time, reach: this.#reach, disconnect, signal: this.stop.signal };
    return doctorRunning(this.#station(), deps);
  }

  tell(change: RunningChange): void {
    if (change.kind === 'link') this.state = change.state;
    else this.registration = change.state;
    for (const listener of this.listeners) listener(change);
  }

  /** The station makes its attempt. */
  async attempt(): Promise<void> {
    await this.transport.connect(oldRequest, this.stop.signal).catch(() => {});
    await this.time.advance(0);
  }

  #station(): RunningStation {
    return {
      name: 'CP',
      settings: this.settings,
      parts: [],
      messageTimeoutMs: 30_000,
      transport: this.transport,
      clock: { nowMs: () => this.nowMs, certificateTime: () => ({ nowMs: this.nowMs, clockValid: true }) },
      link: () => this.state,
      bearer: () => 'The connection is gsm.',
      notices: () => ['A root ends soon.'],
      registration: () => this.registration,
      lastBoot: () => this.boot,
      silence: () => null,
      onChange: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      connectNow: () => void this.told.push('connectNow'),
      reconnect: (reason) => void this.told.push(`reconnect ${reason}`),
    };
  }
}

function verdicts({ steps }: DoctorReport): string {
  return steps.map(({ step, verdict }) => `${step} ${verdict}`).join(', ');
}

describe('the doctor of a running station', () => {
  it('judges certificates by today’s time and roots, not by those of the attempt that opened the link', async () => {
    const bench = new Bench();
    await bench.attempt();
    await bench.look();
    const [request] = bench.reached;
    assert.equal(request?.tls?.nowMs, bench.nowMs);
    assert.deepEqual(request?.tls?.roots, ['a renewed root']);
  });

  it('asks the server in the other language when its port speaks no TLS any more', async () => {
    const bench = new Bench();
    await bench.attempt();
    bench.failure = new ConnectFailure({ stage: 'tls', code: 'TLS_NOT_SPOKEN' }, 'no TLS');
    const report = await bench.look();
    assert.deepEqual(bench.asked, ['http']);
    assert.equal(report.verdict, 'failed');
    assert.match(verdicts(report), /tls failed, upgrade ok, subProtocol ok, boot ok$/);
    assert.deepEqual(report.notes, ['The connection is gsm.', 'A root ends soon.']);
  });

  it('waits for an answer to the BootNotification that is under way on the open link', async () => {
    const bench = new Bench();
    [bench.boot, bench.registration] = [null, 'booting'];
    const looking = bench.look();
    await bench.time.advance(10_000);
    bench.boot = accepted;
    bench.tell({ kind: 'registration', state: 'accepted' });
    assert.match(verdicts(await looking), /subProtocol ok, boot ok$/);
    assert.equal(bench.listeners.size, 0);
  });

  it('does not call in order what has no answer to BootNotification yet, beside the link and watched', async () => {
    const bench = new Bench();
    [bench.boot, bench.registration] = [null, 'booting'];
    const beside = bench.look();
    await bench.time.advance(30_000);
    const report = await beside;
    assert.match(verdicts(report), /subProtocol ok, boot warning$/);
    assert.equal(report.verdict, 'warning');
    // The acceptance of a former backend says nothing of this one.
    [bench.boot, bench.registration] = [accepted, 'booting'];
    const watched = bench.look(true);
    await bench.attempt();
    await bench.time.advance(200_000);
    assert.match(verdicts(await watched), /boot warning$/);
  });

  it('opens nothing while the link waits for a bearer, is switched off, or has no address', async () => {
    const bench = new Bench();
    bench.state = { kind: 'waitingForBearer', sinceMs: 1, reason: 'no cable' };
    const waiting = await bench.look();
    assert.match(verdicts(waiting), /^address ok, dns failed, tcp skipped/);
    assert.match(waiting.steps[1]?.text ?? '', /no cable/);
    bench.state = { kind: 'disabled', sinceMs: 1, reason: 'off' };
    assert.match(verdicts(await bench.look()), /^address ok, dns skipped/);
    bench.settings = { ...settings, endpoint: null, reason: 'no backend is configured' };
    assert.match(verdicts(await bench.look()), /^address failed, dns skipped/);
    assert.deepEqual([bench.reached, bench.told], [[], []]);
  });

  it('watches the attempt that it asked for, and waits for the registration', async () => {
    const bench = new Bench();
    bench.state = { kind: 'backingOff', sinceMs: 1, reason: 'refused', attempt: 1, nextDueMs: 9 };
    const looking = bench.look();
    assert.deepEqual(bench.told, ['connectNow']);
    bench.tell({ kind: 'registration', state: 'offline' });
    await bench.attempt();
    bench.tell({ kind: 'registration', state: 'booting' });
    bench.tell({ kind: 'registration', state: 'accepted' });
    const report = await looking;
    assert.equal(report.mode, 'watched');
    assert.match(verdicts(report), /upgrade ok, .*boot ok/);
    assert.equal(bench.listeners.size, 0);
  });

  it('asks again when an attempt was under way already', async () => {
    const bench = new Bench();
    bench.state = {
      kind: 'connecting',
      sinceMs: 1,
      reason: '',
      stage: 'tcp',
      attempt: 1,
      url: 'wss://csms.example/ocpp/CP',
    };
    const looking = bench.look();
    bench.tell({
      kind: 'link',
      state: { kind: 'backingOff', sinceMs: 1, reason: 'refused', attempt: 1, nextDueMs: 9 },
    });
    assert.deepEqual(bench.told, ['connectNow', 'connectNow']);
    bench.failure = new ConnectFailure({ stage: 'tcp', code: 'ECONNREFUSED' }, 'refused');
    await bench.attempt();
    assert.match(verdicts(await looking), /tcp failed, tls skipped/);
  });

  it('gives up after both timeouts when the station makes no attempt, and at once when it is stopped', async () => {
    const bench = new Bench();
    const late = bench.look(true);
    assert.deepEqual(bench.told, ['reconnect the doctor was asked to look']);
    await bench.time.advance(160_000);
    assert.match(verdicts(await late), /^address ok, dns skipped/);
    const stopped = bench.look(true);
    bench.stop.abort();
    assert.match(verdicts(await stopped), /^address ok, dns skipped/);
  });
});
