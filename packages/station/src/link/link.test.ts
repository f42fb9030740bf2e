import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { systemBearer } from '../bearers/bearer.ts';
import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { Link } from './link.ts';
import type { LinkClosed } from './link.ts';
import type { LinkEndpoint, LinkSettings, LinkState } from './link-state.ts';
import { ConnectFailure } from './transport.ts';
import type { Connection, ConnectionListener, ConnectRequest, Transport } from './transport.ts';

const endpoint: LinkEndpoint = {
  protocol: 'ws',
  host: 'csms.example',
  port: 9000,
  path: '/ocpp/',
  identity: 'Säule 7',
  subProtocols: ['ocpp1.6'],
  password: Buffer.from('0123456789abcdef'),
  tlsVerification: 'strict',
  tlsRoots: [],
  tlsPublicRoots: true,
  proxy: null,
  compression: false,
};

const settings: LinkSettings = {
  endpoint,
  reason: '',
  communicationTimeoutMs: 60_000,
  tcpWatchdogMs: 300_000,
  keepAliveMs: 25_000,
  backOff: { firstMinMs: 1000, firstMaxMs: 10_000, baseMs: 10_000, capMs: 320_000, spreadMs: 30_000 },
  startSpreadMs: 0,
};

type Behaviour = 'open' | 'refuse' | 'hang' | 'closeAtOnce';

class FakeConnection implements Connection {
  readonly subProtocol = 'ocpp1.6';
  readonly tlsWarnings: readonly string[] = ['the host name is not checked'];
  readonly tlsValidity = { notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2027, 0, 1) };
  readonly tlsAnchor = 'AA:BB';
  readonly sent: string[] = [];
  answersPings = true;
  answersClose = true;
  open = true;
  #listener: ConnectionListener | undefined;

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  ping(): void {
    this.sent.push('ping');
    if (this.answersPings) queueMicrotask(() => this.#listener?.pong());
  }

  close(code: number, reason: string): void {
    this.sent.push(`close ${code} ${reason}`);
    if (this.answersClose) queueMicrotask(() => this.end(code, reason));
  }

  destroy(): void {
    this.sent.push('destroy');
    this.end(1006, '');
  }

  receive(text: string): void {
    this.#listener?.activity();
    this.#listener?.text(text);
  }

  end(code: number, reason: string): void {
    if (!this.open) return;
    this.open = false;
    this.#listener?.closed(code, reason);
  }
}

class FakeTransport implements Transport {
  behaviour: Behaviour = 'open';
  readonly requests: ConnectRequest[] = [];
  readonly connections: FakeConnection[] = [];
  mostAtOnce = 0;

  connect(request: ConnectRequest, signal: AbortSignal): Promise<Connection> {
    this.requests.push(request);
    request.onStage?.('tcp');
    if (this.behaviour === 'refuse') {
      return Promise.reject(new ConnectFailure({ stage: 'upgrade', status: 403 }, 'the backend answered 403'));
    }
    if (this.behaviour === 'hang') {
      return new Promise((_, reject) => {
        const failure = new ConnectFailure({ stage: 'timeout', during: 'tcp' }, 'aborted');
        signal.addEventListener('abort', () => reject(failure));
      });
    }
    const connection = new FakeConnection();
    if (this.behaviour === 'closeAtOnce') connection.listen = (listener) => listener.closed(1011, 'go away');
    this.connections.push(connection);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.connections.filter(({ open }) => open).length);
    return Promise.resolve(connection);
  }

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    assert.ok(connection !== undefined);
    return connection;
  }
}

class Bench {
  readonly time = new VirtualTime();
  readonly transport = new FakeTransport();
  settings: LinkSettings = settings;
  wallMs = Date.UTC(2026, 10, 22);
  clockValid = true;
  readonly told: string[] = [];
  readonly states: LinkState[] = [];
  readonly closings: LinkClosed[] = [];
  readonly link: Link;
  onClosed: () => void = () => {};

  constructor() {
    this.link = new Link({
      time: this.time,
      random: createSeededRandom('CP1'),
      transport: this.transport,
      settings: () => this.settings,
      nowMs: () => this.wallMs + this.time.monotonicMs(),
      certificateTime: () => ({ nowMs: this.wallMs + this.time.monotonicMs(), clockValid: this.clockValid }),
      listener: {
        opened: ({ subProtocol }) => this.told.push(`opened ${subProtocol}`),
        text: (text) => this.told.push(`text ${text}`),
        closed: (info) => {
          this.closings.push(info);
          this.told.push(`closed ${info.code}`);
          this.onClosed();
        },
        stateChanged: (state) => this.states.push(state),
        attemptFailed: (failure, attempt) => this.told.push(`failed ${attempt} ${failure.detail.stage}`),
        silence: ({ seconds, noticed }) => this.told.push(`silence ${seconds} ${noticed}`),
        warning: (text) => this.told.push(`warning ${text}`),
      },
    });
  }

  async online(): Promise<this> {
    this.link.start();
    this.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await this.time.advance(0);
    assert.equal(this.link.state.kind, 'open');
    return this;
  }
}

describe('the link', () => {
  test('connects with URL, sub-protocols and password, and carries text both ways', async () => {
    const bench = await new Bench().online();
    const [request] = bench.transport.requests;
    assert.equal(request?.url, 'ws://csms.example:9000/ocpp/S%C3%A4ule%207');
    assert.equal(request?.authorization, `Basic ${Buffer.from('Säule 7:0123456789abcdef').toString('base64')}`);
    assert.deepEqual(request?.subProtocols, ['ocpp1.6']);
    assert.equal(request?.maxPayloadBytes, 4_194_304);
    assert.equal(request?.tls, undefined);
    assert.equal(bench.link.send('[2]'), true);
    bench.transport.last.receive('[3]');
    assert.deepEqual(bench.transport.last.sent, ['[2]']);
    assert.deepEqual(bench.told, ['warning the host name is not checked', 'opened ocpp1.6', 'text [3]']);
    await bench.link.stop();
  });

  test('sends nothing while it is not open', async () => {
    const bench = new Bench();
    assert.equal(bench.link.send('[2]'), false);
    bench.transport.behaviour = 'hang';
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(10);
    assert.equal(bench.link.send('[2]'), false);
    await bench.link.stop();
  });

  test('tells its states with wall times, stage, attempt and next due time', async () => {
    const bench = new Bench();
    bench.transport.behaviour = 'refuse';
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(0);
    assert.deepEqual(
      bench.states.map(({ kind }) => kind),
      ['waitingForBearer', 'connecting', 'connecting', 'backingOff'],
    );
    const { state } = bench.link;
    assert.ok(state.kind === 'backingOff');
    assert.equal(state.attempt, 1);
    assert.equal(state.reason, 'the backend answered 403');
    assert.equal(state.sinceMs, bench.wallMs);
    assert.ok(state.nextDueMs >= bench.wallMs + 1000 && state.nextDueMs <= bench.wallMs + 10_000);
    bench.wallMs += 3_600_000;
    assert.equal(bench.link.state.sinceMs, bench.wallMs);
    await bench.link.stop();
  });

  test('reads the settings anew before each attempt', async () => {
    const bench = new Bench();
    bench.transport.behaviour = 'refuse';
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(0);
    bench.settings = { ...settings, endpoint: { ...endpoint, host: 'other.example' } };
    await bench.time.advance(10_000);
    assert.equal(new URL(bench.transport.requests[1]?.url ?? '').hostname, 'other.example');
    await bench.link.stop();
  });

  test('never gives up on a backend that refuses', async () => {
    const bench = new Bench();
    bench.transport.behaviour = 'refuse';
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(86_400_000);
    const { length } = bench.transport.requests;
    assert.ok(length > 86_400 / 350 && length < 86_400 / 320 + 10, `${length} attempts in a day`);
    bench.transport.behaviour = 'open';
    bench.link.connectNow();
    await bench.time.advance(1000);
    assert.equal(bench.link.state.kind, 'open');
    await bench.link.stop();
  });

  test('the communication timeout is told as such, with the stage it ended in', async () => {
    const bench = new Bench();
    bench.transport.behaviour = 'hang';
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(60_000);
    assert.deepEqual(bench.told, ['failed 1 timeout']);
    assert.match(bench.link.state.reason, /no connection within 60 s; the attempt had reached the stage tcp/);
    await bench.link.stop();
  });

  test('a connection that closes before it can be used counts as a failed attempt', async () => {
    const bench = new Bench();
    bench.transport.behaviour = 'closeAtOnce';
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(0);
    assert.deepEqual(bench.told, ['failed 1 upgrade']);
    assert.equal(bench.link.state.kind, 'backingOff');
    await bench.link.stop();
  });

  test('an unanswered ping brings a new connection within two intervals', async () => {
    const bench = await new Bench().online();
    await bench.time.advance(120_000);
    assert.equal(bench.transport.connections.length, 1);
    bench.transport.last.answersPings = false;
    await bench.time.advance(50_000);
    assert.deepEqual(bench.closings, [{ code: 1006, reason: '', detector: 'pong' }]);
    await bench.time.advance(10_000);
    assert.equal(bench.link.state.kind, 'open');
    await bench.link.stop();
  });

  test('the watchdog works without keep-alive and without a stretch', async () => {
    const bench = new Bench();
    bench.settings = { ...settings, keepAliveMs: 0, tcpWatchdogMs: 30_000 };
    await bench.online();
    bench.link.stretchWatchdog(100_000);
    await bench.time.advance(99_000);
    assert.equal(bench.closings.length, 0);
    bench.transport.last.receive('[3]');
    bench.link.stretchWatchdog(0);
    await bench.time.advance(31_000);
    assert.equal(bench.closings[0]?.detector, 'watchdog');
    await bench.link.stop();
  });

  test('keep-alive changes on the live socket', async () => {
    const bench = await new Bench().online();
    bench.settings = { ...settings, keepAliveMs: 5000 };
    bench.link.settingsChanged();
    await bench.time.advance(5000);
    assert.deepEqual(bench.transport.last.sent, ['ping']);
    assert.equal(bench.transport.connections.length, 1);
    await bench.link.stop();
  });

  test('an endpoint change reconnects cleanly, equal settings do not', async () => {
    const bench = await new Bench().online();
    await bench.time.advance(2000);
    bench.settings = structuredClone(settings);
    bench.link.settingsChanged();
    assert.equal(bench.link.state.kind, 'open');
    bench.settings = { ...settings, endpoint: { ...endpoint, password: Buffer.from('another password') } };
    bench.link.settingsChanged();
    await bench.time.advance(0);
    assert.deepEqual(bench.transport.connections[0]?.sent, ['close 1000 the endpoint changed']);
    assert.equal(bench.transport.connections.length, 2);
    assert.equal(bench.transport.mostAtOnce, 1);
    assert.equal(bench.link.state.kind, 'open');
    await bench.link.stop();
  });

  test('never holds two sockets while the network flaps and the backend is slow to close', async () => {
    const bench = await new Bench().online();
    for (let round = 0; round < 50; round += 1) {
      bench.transport.last.answersClose = round % 3 === 0;
      bench.link.reconnect('flap');
      if (round % 4 === 0) bench.link.setBearer(null, 'lost', 'no bearer is up');
      else bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
      bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
      bench.link.connectNow();
      await bench.time.advance(700);
    }
    await bench.time.advance(20_000);
    assert.equal(bench.transport.mostAtOnce, 1);
    assert.equal(bench.link.state.kind, 'open');
    await bench.link.stop();
  });

  test('a call from a listener takes effect after the listener, on what is then in force', async () => {
    const bench = await new Bench().online();
    bench.onClosed = () => {
      bench.settings = { ...settings, endpoint: null, reason: 'OCPP is off' };
      bench.link.settingsChanged();
    };
    await bench.time.advance(5000);
    bench.link.reconnect('new settings');
    await bench.time.advance(10);
    assert.equal(bench.link.state.kind, 'disabled');
    assert.equal(bench.link.state.reason, 'OCPP is off');
    assert.ok(bench.transport.connections.every(({ open }) => !open));
    await bench.link.stop();
  });

  test('an endpoint that cannot be used disables the link with the reason', async () => {
    const bench = new Bench();
    bench.settings = { ...settings, endpoint: { ...endpoint, host: '' } };
    bench.link.start();
    bench.link.setBearer(systemBearer, 'up', 'the bearer came up');
    await bench.time.advance(0);
    assert.equal(bench.link.state.kind, 'disabled');
    assert.match(bench.link.state.reason, /host is empty/);
    bench.settings = { ...settings, endpoint: { ...endpoint, identity: 'a:b' } };
    bench.link.settingsChanged();
    assert.match(bench.link.state.reason, /colon/);
    assert.deepEqual(bench.told.length, 2);
    bench.settings = settings;
    bench.link.settingsChanged();
    await bench.time.advance(0);
    assert.equal(bench.link.state.kind, 'open');
    await bench.link.stop();
  });

  test('a certificate that was judged by the clock floor is judged again when the clock is set', async () => {
    const bench = new Bench();
    bench.clockValid = false;
    await bench.online();
    await bench.time.advance(2000);
    bench.clockValid = true;
    bench.link.clockSet();
    assert.equal(bench.link.state.kind, 'open');
    bench.link.clockSet();

    bench.clockValid = false;
    bench.link.reconnect('again');
    await bench.time.advance(2000);
    bench.wallMs = Date.UTC(2028, 0, 1);
    bench.link.clockSet();
    assert.equal(bench.link.state.kind, 'open', 'the time is still doubtful');
    bench.clockValid = true;
    bench.link.clockSet();
    assert.match(bench.link.state.reason, /not valid at the time/);
    await bench.link.stop();
  });

  test('stops within a bounded time, leaves no timer, and stops and starts twice', async () => {
    const bench = await new Bench().online();
    bench.transport.last.answersClose = false;
    let stopped = 0;
    void bench.link.stop().then(() => (stopped += 1));
    void bench.link.stop().then(() => (stopped += 1));
    await bench.time.advance(1999);
    assert.equal(stopped, 0);
    await bench.time.advance(1);
    assert.equal(stopped, 2);
    assert.deepEqual(bench.transport.last.sent, ['close 1001 stopped', 'destroy']);
    assert.equal(bench.time.pendingTimers, 0);
    bench.link.start();
    bench.link.start();
    await bench.time.advance(1000);
    assert.equal(bench.transport.connections.length, 2);
    await bench.link.stop();
    await bench.link.stop();
  });
});

describe('the trust of the link', () => {
  const secure: LinkSettings = { ...settings, endpoint: { ...endpoint, protocol: 'wss', tlsRoots: ['one'] } };
  const widened: LinkSettings = {
    ...settings,
    endpoint: { ...endpoint, protocol: 'wss', tlsRoots: ['one', 'two'], tlsPublicRoots: false },
  };

  test('counts from the next attempt on, and the open connection stays, whatever else is read anew', async () => {
    const bench = new Bench();
    bench.settings = secure;
    await bench.online();
    bench.settings = widened;
    bench.link.trustChanged();
    bench.settings = { ...widened, keepAliveMs: 30_000 };
    bench.link.settingsChanged();
    await bench.time.advance(5_000);
    assert.deepEqual([bench.transport.connections.length, bench.transport.last.open], [1, true]);
    bench.transport.last.end(1006, '');
    await bench.time.advance(30_000);
    const tls = bench.transport.requests.map((request) => [request.tls?.roots, request.tls?.publicRoots]);
    assert.deepEqual(tls, [
      [['one'], true],
      [['one', 'two'], false],
    ]);
    await bench.link.stop();
  });

  test('does not hide that the endpoint is another one', async () => {
    const bench = new Bench();
    bench.settings = secure;
    await bench.online();
    bench.settings = { ...widened, endpoint: { ...endpoint, protocol: 'wss', host: 'other.example' } };
    bench.link.trustChanged();
    await bench.time.advance(2_000);
    assert.equal(bench.transport.requests.at(-1)?.url, 'wss://other.example:9000/ocpp/S%C3%A4ule%207');
    await bench.link.stop();
  });

  test('is told with what verified the open connection', async () => {
    const plain = await new Bench().online();
    assert.deepEqual(plain.link.verified?.tls, false);
    const bench = new Bench();
    assert.equal(bench.link.verified, null);
    bench.settings = secure;
    await bench.online();
    assert.deepEqual(bench.link.verified, { tls: true, anchor: 'AA:BB', validToMs: Date.UTC(2027, 0, 1) });
    await bench.link.stop();
    assert.equal(bench.link.verified, null);
    await plain.link.stop();
  });
});
