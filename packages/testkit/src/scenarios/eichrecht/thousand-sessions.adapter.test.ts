import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { test } from 'node:test';

import { curves, readOcmf, readPublicKey, recordFindings, sessionFindings, shiftDecimal } from '@kerbside/ocmf';
import { createSeededRandom, isRecord } from '@kerbside/station';
import { Verifier } from '@road-labs/ocmf';
import { Crypto } from '@road-labs/ocmf-crypto-noble';

import { createVirtualWorld } from '../../world/virtual-world.ts';
import type { World } from '../../world/world.ts';
import { statusOf } from '../steps.ts';

const seed = process.env['KERBSIDE_SEED'] ?? 'a thousand sessions';
const random = createSeededRandom(seed);
const rounds = Math.ceil(1000 / curves.length);
const evses = curves.map((_, index) => index + 1);
const versions = ['1.0', '1.1', '1.2', '1.3'] as const;
const clocks = ['informative', 'synchronised'] as const;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const tariffs = ['', '0,49 €/kWh für Gäste', 'Nachtstrom "günstig" \\ ß|{}', 'ä'.repeat(250)];

function chance(probability: number): boolean {
  return random.next() < probability;
}

function oneOf<T>(list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)] ?? assert.fail('nothing to choose from');
}

/** What can happen in the middle of sessions; each brings back what it took away. */
const mishaps: readonly ((world: World, evse: number) => Promise<void>)[] = [
  async (world) => world.powerCycle(),
  async (world) => world.cutLink(),
  async (world) => world.restoreLink(),
  async (world, evse) => {
    await world.sim({ action: 'fault', evse, fault: 'groundFailure', active: true });
    await world.pass(10_000);
    await world.sim({ action: 'fault', evse, fault: 'groundFailure', active: false });
  },
  async (world, evse) => {
    await world.sim({ action: 'meterPower', evse, state: 'off' });
    await world.pass(20_000);
    await world.sim({ action: 'meterPower', evse, state: 'on' });
  },
  async (world, evse) => {
    await world.sim({ action: 'meter', evse, mode: 'slow', delaySeconds: 8 });
  },
];

/** One session at each connector, all at the same time. */
async function round(world: World, number: number): Promise<void> {
  for (const evse of evses) {
    await world.sim({ action: 'meter', evse, mode: 'ok' });
    await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: `CARD${number}X${evse}`, evse });
  }
  const charging = (): boolean => evses.every((evse) => statusOf(world, evse) === 'Charging');
  await world.until(`all to charge in round ${number}`, charging);
  await world.pass(Math.floor(random.next() * 180_000));
  if (chance(0.3)) await oneOf(mishaps)(world, oneOf(evses));
  await world.pass(Math.floor(random.next() * 60_000));
  for (const evse of evses) {
    const isRunning = statusOf(world, evse) === 'Charging';
    if (isRunning && chance(0.8)) await world.sim({ action: 'card', uid: `CARD${number}X${evse}`, evse });
  }
  await world.pass(20_000);
  for (const evse of evses) await world.sim({ action: 'unplug', evse, force: true });
  await world.until(`all to be free after round ${number}`, () =>
    evses.every((evse) => statusOf(world, evse) === 'Available'),
  );
}

interface SentRecord {
  readonly data: string;
  readonly publicKey: string;
}

/** The signed values of a frame that the backend got. */
function signedValuesOf(payload: unknown): readonly SentRecord[] {
  if (Array.isArray(payload)) return payload.flatMap(signedValuesOf);
  if (!isRecord(payload)) return [];
  if (payload['format'] !== 'SignedData') return Object.values(payload).flatMap(signedValuesOf);
  const value: unknown = JSON.parse(String(payload['value']));
  assert.ok(isRecord(value));
  const data = Buffer.from(String(value['signedMeterData']), 'base64').toString('utf8');
  return [{ data, publicKey: String(value['publicKey']) }];
}

async function archived(world: World) {
  const records = [];
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<World['station']['archives']['signed']['page']>> =
      await world.station.archives.signed.page(after, 500);
    records.push(...page.records);
    after = page.next;
  }
  return records;
}

function spkiOf(publicKey: string): string {
  return Buffer.from(readPublicKey(publicKey).spki).toString('hex');
}

/** Records with the key that is printed on their meter. */
type Printed = readonly (readonly [data: string, publicKey: string])[];

async function otherImplementation(records: Printed): Promise<readonly boolean[]> {
  const crypto = new Crypto();
  const verifier = new Verifier(crypto);
  const verdicts: boolean[] = [];
  for (const [data, publicKey] of records) {
    const key = await crypto.decodeEcPublicKey(Buffer.from(publicKey, 'hex'), 'spki-der');
    verdicts.push((await verifier.parseAndVerify(data, key)).verified);
  }
  return verdicts;
}

/** All in one shell: what a process more for each record would take is what makes this slow. */
async function openssl(records: Printed): Promise<readonly boolean[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-thousand-'));
  try {
    const keys = [...new Set(records.map(([, publicKey]) => publicKey))];
    for (const [index, key] of keys.entries()) writeFileSync(join(folder, `key${index}.der`), Buffer.from(key, 'hex'));
    const lines = records.map(([data, publicKey], index) => {
      const { parts, signature } = readOcmf(data);
      writeFileSync(join(folder, `${index}.txt`), parts.payload);
      writeFileSync(join(folder, `${index}.sig`), signature.data);
      const key = `key${keys.indexOf(publicKey)}.der`;
      return `openssl dgst -sha256 -keyform DER -verify ${key} -signature ${index}.sig ${index}.txt || true`;
    });
    const shell = spawn('sh', ['-s'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
    shell.stdin.end(lines.join('\n'));
    const answers = (await text(shell.stdout)).trim().split('\n');
    assert.equal(answers.length, records.length);
    return answers.map((answer) => answer === 'Verified OK');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function flipped([data, publicKey]: Printed[number]): Printed[number] {
  const { parts, signature } = readOcmf(data);
  if (chance(0.5)) {
    const sd = Buffer.from(signature.data);
    // The last bytes are digits of s: another s has the same form.
    const at = sd.length - 1 - Math.floor(random.next() * 16);
    sd[at] = (sd[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
    return [`OCMF|${parts.payload}|{"SA":"${signature.method}","SD":"${sd.toString('hex')}"}`, publicKey];
  }
  const digits = [...parts.payload.matchAll(/(?<=\d)\d/g)].map(({ index }) => index);
  const at = oneOf(digits);
  // The lowest bit of a digit that is not the first of its number: the payload stays JSON, and says something else.
  const digit = String(Number(parts.payload[at]) ^ 1);
  const payload = `${parts.payload.slice(0, at)}${digit}${parts.payload.slice(at + 1)}`;
  return [`OCMF|${payload}|${parts.signature}`, publicKey];
}

/** What a meter says whose power was cut within a session. */
const forgottenTime: ReadonlySet<string> = new Set(['time.unusable', 'time.unknown']);

/** What the announced version of the format does not know, a reader of that version would stumble over. */
function saysNothingOfNewerVersions(data: string): boolean {
  const { version, fields } = readOcmf(data);
  const since: Readonly<Record<string, number>> = { TT: 1, 'LC.LR': 2, CF: 3 };
  return Object.entries(since).every(([key, minor]) => !(key in fields) || Number(version.split('.')[1]) >= minor);
}

async function played(): Promise<World> {
  const world = await createVirtualWorld({
    evses: curves.map(({ method }, index) => ({
      signs: true,
      signing: {
        curve: method,
        version: versions[index % versions.length] ?? '1.0',
        records: index % 3 === 2 ? 'combined' : 'single',
        clock: clocks[index % clocks.length] ?? 'informative',
      },
    })),
    defaults: { 'metering.sampleInterval': 0, 'authorization.allowOfflineTxForUnknownId': true },
    // The night in which summer time ends.
    startWallMs: Date.UTC(2027, 9, 30, 20),
  });
  await world.until('registration', () => world.status().registration === 'accepted');
  for (let number = 1; number <= rounds; number++) {
    if (number % 10 === 1) await world.configure({ 'eichrecht.tariffText': oneOf(tariffs) });
    await round(world, number);
  }
  await world.restoreLink();
  await world.until('everything to be delivered', () => world.status().outbox.waiting === 0, 3_600_000);
  return world;
}

test(
  'a thousand sessions with mishaps on seven curves: programs of others verify every record that the backend got and that is archived, and none with a bit flipped (E-02, E-32, pitfall 7, pitfall 12, pitfall 16, pitfall 19)',
  { timeout: 280_000, skip: hasOpenssl ? false : 'openssl is not installed' },
  async (t) => {
    t.diagnostic(`seed: ${seed}`);
    const world = await played();
    const records = await archived(world);
    const sessions = Map.groupBy(records, ({ transaction }) => transaction ?? '');
    assert.ok(sessions.size >= 1000);
    const offsets = new Set<string>();
    for (const session of sessions.values()) {
      const read = session.map(({ blob }) => readOcmf(blob.data));
      assert.deepEqual(sessionFindings(read), []);
      // A meter that was without power within a session says that it does not know the time any more.
      const findings = read.flatMap(recordFindings).filter(({ code }) => !forgottenTime.has(code));
      assert.deepEqual(findings, []);
      for (const { time, clock } of read.flatMap(({ readings }) => readings)) {
        if (clock !== 'U') offsets.add(time.slice(23, 28));
      }
    }
    assert.deepEqual([...offsets].toSorted(), ['+0100', '+0200'], 'summer time ended among them');
    const printed = new Map(records.map(({ evse, blob }) => [evse, blob.publicKey]));
    assert.deepEqual(
      [...printed.values()].map((key) => readPublicKey(key).curve.method).toSorted(),
      curves.map(({ method }) => method).toSorted(),
    );
    const keyOf = new Map(records.map(({ evse, blob }) => [blob.data, printed.get(evse) ?? '']));
    const sent = world.calls('StopTransaction').flatMap(({ payload }) => signedValuesOf(payload));
    assert.deepEqual(new Set(sent.map(({ data }) => data)), new Set(keyOf.keys()), 'the backend got what is archived');
    const all: Printed = [...keyOf];
    for (const { data, publicKey } of sent) {
      if (publicKey !== '')
        assert.equal(spkiOf(publicKey), keyOf.get(data), 'the key that the backend got is that of the meter');
    }
    for (const { payload } of world.calls('StopTransaction')) {
      const end = signedValuesOf(payload)
        .flatMap(({ data }) => readOcmf(data).readings)
        .find(({ event }) => 'ELRAP'.includes(event));
      assert.equal(
        payload['meterStop'],
        Math.floor(Number(shiftDecimal(end?.value ?? '', 3))),
        'the floor of what is signed',
      );
    }
    const named = sent.map(({ data }) => [data, readOcmf(data)] as const);
    const numbers = new Map(named.map(([data, { fields }]) => [`${fields['MS']} ${fields['PG']}`, data]));
    assert.equal(numbers.size, all.length, 'a number of a meter names one record');
    const ends = new Set(all.map(([data]) => readOcmf(data).readings.at(-1)?.event));
    assert.ok(
      ['L', 'P'].every((end) => ends.has(end)),
      'ended by card, and by a power cut',
    );
    const { problems, gaps } = await world.station.archives.signed.check();
    assert.deepEqual([problems, gaps], [[], []]);
    assert.ok(all.every(([data]) => saysNothingOfNewerVersions(data)));
    for (const verdicts of await Promise.all([otherImplementation(all), openssl(all)])) {
      assert.ok(verdicts.every((isValid) => isValid));
    }
    const bad = all.filter((_, index) => index % 10 === 0).map(flipped);
    for (const verdicts of await Promise.all([otherImplementation(bad), openssl(bad)])) {
      assert.ok(verdicts.every((isValid) => !isValid));
    }
    await world.end();
  },
);
