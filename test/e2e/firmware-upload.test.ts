import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { isRecord } from '@kerbside/station';
import { StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon, type DaemonProcess } from './parts/daemon.ts';
import { Manufacturer, simulatedImage } from './parts/manufacturer.ts';
import { runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'UPLOAD-1';
const megabyte = 1_048_576;

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A station as a process, its backend, and a manufacturer who stands before it. */
class Bench {
  readonly backend: StrictBackend;
  readonly maker: Manufacturer;
  readonly data: string;
  readonly #args: readonly string[];
  #daemon: DaemonProcess;
  #url = '';

  private constructor(backend: StrictBackend, maker: Manufacturer, data: string, args: readonly string[]) {
    this.backend = backend;
    this.maker = maker;
    this.data = data;
    this.#args = args;
    this.#daemon = startDaemon(args);
  }

  static async open(t: TestContext): Promise<Bench> {
    const folder = temporaryFolder(t);
    const data = join(folder, 'data');
    const backend = new StrictBackend();
    await backend.start();
    t.after(() => backend.close());
    const config = writeConfiguration(folder, {});
    const args = ['--simulate', '--data', data, '--config', config, '--identity', identity];
    const maker = new Manufacturer(folder, 'maker');
    const bench = new Bench(backend, maker, data, [...args, '--backend', `${backend.url}/ocpp`]);
    t.after(() => bench.#daemon.child.kill());
    await bench.#up();
    writeFileSync(join(folder, 'root.pem'), maker.root);
    await bench.cli('certificates', 'install', join(folder, 'root.pem'), '--manufacturer');
    return bench;
  }

  get pid(): number {
    return this.#daemon.child.pid;
  }

  async cli(...words: string[]): Promise<string> {
    const { code, out, err } = await runKerbside([...words, '--data', this.data]);
    assert.equal(code, 0, `kerbside ${words.join(' ')}: ${err}`);
    return out;
  }

  /** `kill -9`, and the process again. */
  async kill(): Promise<void> {
    await this.#daemon.child.kill();
    this.backend.checker.rebooted(identity);
    this.#daemon = startDaemon(this.#args);
    await this.#up();
  }

  async #up(): Promise<void> {
    this.#url = await apiUrl(this.#daemon);
    await registered(this.#daemon);
  }

  get #token(): string {
    const tokens: unknown = JSON.parse(readFileSync(join(this.data, 'tokens.json'), 'utf8'));
    assert.ok(isRecord(tokens));
    return String(tokens['manufacturer']);
  }

  async ask(method: string, path: string): Promise<Answer> {
    const headers = { Authorization: `Bearer ${this.#token}` };
    const response = await fetch(`${this.#url}/api/v1/stations/${identity}${path}`, { method, headers });
    const body: unknown = await response.json();
    assert.ok(isRecord(body));
    return { status: response.status, body };
  }

  async firmware(): Promise<Answer['body']> {
    return (await this.ask('GET', '/firmware')).body;
  }

  /** A request that is open: the one who calls sends the body. `answered` rejects when the connection goes before an answer. */
  begin(headers: Readonly<Record<string, string | number>>): { outgoing: ClientRequest; answered: Promise<Answer> } {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const outgoing = request(`${this.#url}/api/v1/stations/${identity}/firmware/uploads`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/octet-stream', ...headers },
    });
    outgoing.once('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) }));
    });
    outgoing.once('error', reject);
    return { outgoing, answered: promise };
  }

  /** Sends an image whole. */
  upload(image: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const { outgoing, answered } = this.begin({ ...headers, 'Content-Length': image.length });
    outgoing.end(image);
    return answered;
  }

  proof(image: Uint8Array): Readonly<Record<string, string>> {
    const certificate = Buffer.from(this.maker.certificate).toString('base64');
    return { 'X-Kerbside-Signature': this.maker.sign(image), 'X-Kerbside-Certificate': certificate };
  }

  /** Images that lie on disk, with their lengths. */
  images(): readonly string[] {
    const found = readdirSync(this.data, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.img'));
    return found.map((name) => `${name.split('/').at(-1)} ${statSync(join(this.data, name)).size}`);
  }

  /** Sends a part of an image, and waits until it has come. */
  async part(bytes: number, announced: number): Promise<{ outgoing: ClientRequest; answered: Promise<Answer> }> {
    const begun = this.begin({ 'Content-Length': announced });
    begun.outgoing.write(Buffer.alloc(bytes, 'part'));
    await until('the part to come', async () => {
      const { upload } = await this.firmware();
      return isRecord(upload) && upload['received'] === bytes;
    });
    return begun;
  }

  /** The most memory that the process ever had, in bytes. */
  mostMemory(): number {
    const text = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
  }
}

function codeOf({ body }: Answer): unknown {
  return isRecord(body['error']) ? body['error']['code'] : body['code'];
}

function saysOf({ body }: Answer): string {
  return String(isRecord(body['error']) ? body['error']['message'] : body['detail']);
}

test('a large image is streamed to disk, judged, installed, and runs; the process never holds it whole (M16)', async (t) => {
  const bench = await Bench.open(t);
  const image = simulatedImage('2.0.0', { bytes: 160 * megabyte });
  const before = bench.mostMemory();
  const uploaded = await bench.upload(image, bench.proof(image));
  assert.equal(uploaded.status, 201, JSON.stringify(uploaded.body));
  const sha256 = createHash('sha256').update(image).digest('hex');
  const { id, ...facts } = uploaded.body;
  assert.deepEqual(facts, {
    state: 'kept',
    received: image.length,
    size: image.length,
    sha256,
    publisher: 'firmware',
    version: '2.0.0',
    verified: true,
    refusal: null,
  });
  assert.deepEqual(bench.images(), [`staged.img ${image.length}`]);
  if (existsSync('/proc/self/status'))
    assert.ok(bench.mostMemory() - before < 120 * megabyte, `${bench.mostMemory() - before} bytes more were in memory`);
  await bench.kill();
  const after = await bench.firmware();
  assert.ok(isRecord(after['upload']) && after['upload']['id'] === id, 'it outlives the process');
  const { status } = await bench.ask('POST', `/firmware/uploads/${String(id)}/install`);
  assert.equal(status, 202);
  await until('the new firmware', async () => {
    const { version, update } = await bench.firmware().catch(() => ({ version: '', update: null }));
    return version === '2.0.0' && isRecord(update) && update['phase'] === 'over';
  });
  const { update, upload } = await bench.firmware();
  assert.ok(isRecord(update));
  assert.deepEqual([update['status'], update['problem'], upload], ['installed', null, null]);
  const told = bench.backend.frames.calls('FirmwareStatusNotification').length;
  assert.equal(told + bench.backend.frames.calls('SignedFirmwareStatusNotification').length, 0);
  assert.equal(bench.backend.frames.calls('BootNotification').at(-1)?.payload['firmwareVersion'], '2.0.0');
});

test('an upload that is aborted, or that the power goes under, leaves nothing, and the next one is taken (M16)', async (t) => {
  const bench = await Bench.open(t);
  const image = simulatedImage('2.0.0');
  const aborted = await bench.part(3 * megabyte, 8 * megabyte);
  assert.match(bench.images().join(), /staged\.img/);
  const ended = assert.rejects(aborted.answered);
  aborted.outgoing.destroy();
  await ended;
  await until('nothing to be left', async () => (await bench.firmware())['upload'] === null);
  await until('the disk to be free', () => bench.images().length === 0);

  const cut = await bench.part(2 * megabyte, 8 * megabyte);
  const lost = assert.rejects(cut.answered);
  await bench.kill();
  await lost;
  assert.equal((await bench.firmware())['upload'], null);
  await until('the disk to be free', () => bench.images().length === 0);

  const wrong = await bench.upload(image, {
    ...bench.proof(image),
    'X-Kerbside-Signature': bench.maker.sign(Buffer.from('x')),
  });
  assert.deepEqual([wrong.status, wrong.body['verified']], [201, false]);
  const refused = await bench.ask('POST', `/firmware/uploads/${String(wrong.body['id'])}/install`);
  assert.deepEqual([refused.status, codeOf(refused)], [409, 'firmware.refused']);
  assert.match(saysOf(refused), /signature is not one over this file/);
  assert.equal((await bench.ask('DELETE', `/firmware/uploads/${String(wrong.body['id'])}`)).status, 200);
  await until('the disk to be free', () => bench.images().length === 0);
});

test('what is too long or comes while somebody charges is refused at once, also before it is through (M16)', async (t) => {
  const bench = await Bench.open(t);
  const long = bench.begin({ 'Content-Length': 2 ** 40 });
  long.outgoing.on('error', () => undefined);
  long.outgoing.write(Buffer.alloc(megabyte));
  const tooLong = await long.answered;
  assert.deepEqual([tooLong.status, codeOf(tooLong)], [409, 'firmware.refused']);
  assert.match(saysOf(tooLong), /longer than the slot/);
  long.outgoing.destroy();
  await bench.cli('sim', 'plug', '1', '--soc', '20');
  await bench.cli('sim', 'card', '04AABBCC', '--evse', '1');
  await until('the session', () => bench.backend.ledger.counts.open === 1);
  const image = simulatedImage('2.0.0');
  const charging = await bench.upload(image, bench.proof(image));
  assert.deepEqual([charging.status, codeOf(charging)], [409, 'firmware.refused']);
  assert.match(saysOf(charging), /a transaction runs/);
  assert.deepEqual(bench.images(), []);
  await bench.cli('sim', 'card', '04AABBCC', '--evse', '1');
  await bench.cli('sim', 'unplug', '1');
  await until('the end', () => bench.backend.ledger.counts.open === 0);
  const folder = join(bench.data, '..', 'brought');
  mkdirSync(folder);
  writeFileSync(join(folder, 'new.bin'), image);
  writeFileSync(join(folder, 'new.sig'), bench.maker.sign(image));
  writeFileSync(join(folder, 'maker.pem'), bench.maker.certificate);
  const files = ['--signature', join(folder, 'new.sig'), '--certificate', join(folder, 'maker.pem')];
  const out = await bench.cli('firmware', 'upload', join(folder, 'new.bin'), ...files, '--install');
  assert.match(out, /uploaded {2}2\.0\.0, \d+ bytes, signed by firmware/);
  await until('the new firmware', async () => (await bench.firmware().catch(() => null))?.['version'] === '2.0.0');
});
