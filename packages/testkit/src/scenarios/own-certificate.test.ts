import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { KerbsideError, StationHandle } from '@kerbside/station';

import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { readRequest } from '../tls/certificate-request.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { registered } from './backend-steps.ts';
import { authoritiesFor, lastAttempt, opens, registeredAnew, requestedCsr, sendSigned } from './certificate-steps.ts';

const dayMs = 86_400_000;
const realLimitMs = 20_000;
const overTls = { 'backend.protocol': 'wss' } as const;

function own(world: World): StationHandle['device']['certificate'] {
  return world.station.device.certificate;
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (thrown: KerbsideError) => thrown,
  );
  return `${error.code}: ${error.message}`;
}

scenario(
  'a person has a request made, has it signed anywhere, and installs the chain: it counts as what a backend sends (M15, S-07, S-09)',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'security.cpoName': 'Ladewerk Süd' });
    const { stations, backends } = authoritiesFor(world);
    const usual = readRequest(await own(world).request({}));
    const serial = world.calls('BootNotification')[0]?.payload['chargePointSerialNumber'];
    assert.deepEqual([usual.commonName, usual.organization, usual.verified], [serial, 'Ladewerk Süd', true]);
    const csr = await own(world).request({ commonName: 'Säule 7', organization: 'Stadt' });
    const asked = readRequest(csr);
    assert.deepEqual([asked.commonName, asked.organization], ['Säule 7', 'Stadt']);
    assert.ok(!asked.publicKey.equals(usual.publicKey), 'each request has a key of its own');
    assert.equal(world.calls('SignCertificate').length, 0, 'the backend is asked for nothing');
    assert.match(
      await refusalOf(own(world).install(stations.signRequest(csr, { commonName: 'Another' }))),
      /^certificate\.refused: .*it is for “Another”, and this station is “Säule 7”/,
    );
    const stranger = backends.issue({ commonName: 'Säule 7' }).cert;
    assert.match(await refusalOf(own(world).install(stranger)), /for no key of this station/);
    assert.match(await refusalOf(own(world).install('no certificate')), /^certificate\.refused/);
    const expired = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2021, 0, 1) };
    assert.match(await refusalOf(own(world).install(stations.signRequest(csr, expired))), /expired/);
    assert.equal(world.status().security.certificate, null, 'nothing was half-applied');
    const signed = stations.signRequest(csr);
    assert.equal(await own(world).install(signed), true);
    assert.equal(await own(world).install(signed), false, 'it was there before');
    assert.match(world.status().security.certificate?.subject ?? '', /Säule 7/);
    assert.equal(await own(world).install(stations.signRequest(csr)), true, 'for the same key again');
    await world.powerCycle();
    await registered(world);
    assert.match(world.status().security.certificate?.subject ?? '', /Säule 7/);
    const reloaded = stations.signRequest(csr);
    assert.equal(await own(world).install(reloaded), true, 'the key outlived the power');
  },
);

scenario(
  'names that no certificate can hold are refused, and nothing is made (M15)',
  { only: 'virtual' },
  async (world) => {
    for (const subject of [{ commonName: '' }, { commonName: 'x'.repeat(65) }, { organization: 'a\u0007b' }])
      assert.match(await refusalOf(own(world).request(subject)), /^certificate\.refused: .*1 to 64 characters/);
  },
);

scenario(
  'what a backend was asked for goes on beside what a person brings (M15, S-08)',
  { only: 'virtual' },
  async (world) => {
    const { stations } = authoritiesFor(world);
    const local = await own(world).request({});
    const asked = await requestedCsr(world);
    assert.equal(await own(world).install(stations.signRequest(local)), true);
    assert.equal(world.status().security.certificateAwaited, true);
    assert.equal(await sendSigned(world, stations.signRequest(asked)), 'Accepted');
    assert.equal(world.status().security.certificateAwaited, false);
    assert.equal(await sendSigned(world, stations.signRequest(local)), 'Rejected', 'that key is for people');
  },
);

scenario(
  'in profile 3 the link logs in with the certificate that a person installed, and goes back to the one before when it is refused (M15, S-09)',
  { only: 'virtual', defaults: overTls },
  async (world) => {
    const { stations } = authoritiesFor(world);
    const first = stations.signRequest(await own(world).request({}));
    await own(world).install(first);
    let before = opens(world);
    await world.configure({ 'security.useClientCertificate': 'true' });
    await world.station.applyEndpoint(true);
    await registeredAnew(world, before);
    assert.equal(lastAttempt(world).certificate, first);
    await world.until('the proof', () => world.status().security.certificate?.proven === true);
    world.backend.setRules([{ on: { action: '@connect', times: 3 }, do: { refuseUpgrade: { status: 403 } } }]);
    before = opens(world);
    const second = stations.signRequest(await own(world).request({}));
    await own(world).install(second);
    await world.until('the new one to be tried', () => lastAttempt(world).certificate === second);
    await world.until('the old one again', () => lastAttempt(world).certificate === first, 600_000);
    await registeredAnew(world, before);
  },
);

scenario(
  'what ends within 30 days is a problem, in both languages, and gone when it is renewed (M15)',
  { only: 'virtual', defaults: overTls },
  async (world) => {
    const { stations } = authoritiesFor(world);
    const nowMs = world.time.systemWallMs();
    const csr = await own(world).request({});
    await own(world).install(stations.signRequest(csr, { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 20 * dayMs }));
    const [problem, ...others] = own(world).problems();
    assert.deepEqual(others, []);
    assert.match(problem?.en ?? '', /^The certificate of the station “.*” ends on 2026-12-12: make a new request/);
    assert.match(problem?.de ?? '', /^Das Zertifikat der Station „.*“ läuft am 2026-12-12 ab: einen neuen Antrag/);
    await own(world).install(stations.signRequest(csr));
    assert.deepEqual(own(world).problems(), []);
  },
);

function stationOf({ station }: PowerWorld): StationHandle {
  assert.ok(station);
  return station;
}

/** What a piece of work comes to, or null when the power went under it; making a key takes real time. */
async function attempt<T>(world: PowerWorld, work: () => Promise<T>): Promise<T | null> {
  const ended: { value: T | null; isOver: boolean } = { value: null, isOver: false };
  const { cuts } = world;
  work().then(
    (value) => Object.assign(ended, { value, isOver: true }),
    () => Object.assign(ended, { isOver: true }),
  );
  for (const endMs = performance.now() + realLimitMs; !ended.isOver && world.cuts === cuts;) {
    assert.ok(performance.now() < endMs, 'it never ended');
    await world.pass(1);
  }
  return ended.value;
}

interface Story {
  readonly world: PowerWorld;
  /** The requests that a person holds. */
  readonly requests: readonly string[];
  readonly installed: readonly string[];
}

/** A person has a request made and brings its certificate, then once more, until each was done. */
async function story(plan: CutPlan): Promise<Story> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const authority = new CertificateAuthority(world.time.systemWallMs(), 'Root of stations');
  const [requests, installed]: [string[], string[]] = [[], []];
  await world.start();
  await world.pass(5_000);
  for (let round = 1; round <= 2; round += 1) {
    let csr: string | null = null;
    while (csr === null) csr = await attempt(world, () => stationOf(world).device.certificate.request({}));
    requests.push(csr);
    const chain = authority.signRequest(csr);
    for (let isDone: boolean | null = null; isDone === null;)
      isDone = await attempt(world, () => stationOf(world).device.certificate.install(chain));
    installed.push(chain);
    await world.pass(5_000);
  }
  return { world, requests, installed };
}

test('power may go at any durable step of requests and certificates of a person: a request that was handed out has its key, a certificate that was taken is there (M15, S-07)', async () => {
  const calm = await story({});
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps >= 6, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, requests, installed } = await story(plan);
      const what = JSON.stringify(plan);
      const { certificate } = stationOf(world).device;
      assert.equal(await certificate.install(installed.at(-1) ?? ''), false, `${what}: the last one is not in use`);
      const authority = new CertificateAuthority(world.time.systemWallMs(), 'Root of stations');
      assert.equal(await certificate.install(authority.signRequest(requests[1] ?? '')), true, `${what}: no key`);
      await world.end();
    }
  }
});
