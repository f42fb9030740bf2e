import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { readRequest } from '../tls/certificate-request.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';

const identity = 'CS-1';
const realLimitMs = 20_000;

/** What a backend knows of a story in which it renews the certificate of a station. */
interface Told {
  readonly answers: string[];
  readonly world: PowerWorld;
  readonly authority: CertificateAuthority;
}

/** Asks the station, if it is there; notes the answer. */
async function ask(told: Told, action: string, payload: Record<string, string>): Promise<void> {
  const { world, answers } = told;
  if (!world.backend.online(identity)) return;
  const asked = world.backend.call(identity, action, payload);
  void asked.then(({ status }) => answers.push(`${action} ${String(status)}`)).catch(() => undefined);
  await world.pass(200);
}

/** Loading the library that writes requests takes real time, while the virtual clock stands still. */
async function requests(world: PowerWorld, count: number): Promise<readonly string[]> {
  const sent = (): readonly string[] =>
    world.backend.frames.calls('SignCertificate', identity).map(({ payload }) => String(payload['csr']));
  for (const endMs = performance.now() + realLimitMs; sent().length < count && performance.now() < endMs;)
    await world.pass(1);
  return sent();
}

/** A first certificate, a second one by trigger, each sent to the station as often as it takes to hear an answer. */
async function story(plan: CutPlan): Promise<Told> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const authority = new CertificateAuthority(world.time.systemWallMs(), 'Root of stations');
  const told: Told = { answers: [], world, authority };
  await world.start();
  await world.pass(5_000);
  for (let round = 1; round <= 2; round += 1) {
    for (let attempt = 0; attempt < 3 && wanted(told, 'ExtendedTriggerMessage') < round; attempt += 1) {
      await ask(told, 'ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
      await world.pass(5_000);
    }
    const before = round === 1 ? 0 : distinct(await requests(world, round)).length - 1;
    const csrs = distinct(await requests(world, before + 1));
    const csr = csrs.at(-1) ?? '';
    assert.ok(readRequest(csr).verified);
    for (let attempt = 0; attempt < 3 && wanted(told, 'CertificateSigned') < round; attempt += 1) {
      await ask(told, 'CertificateSigned', { certificateChain: authority.signRequest(csr) });
      await world.pass(5_000);
    }
    await world.pass(5_000);
  }
  return told;
}

/** Whether a further certificate for the last key is taken: then that key is there, after one more power failure too. */
async function takesForItsKey(told: Told): Promise<boolean> {
  const { world, authority } = told;
  const csr = distinct(await requests(world, 1)).at(-1) ?? '';
  await world.station?.powerCycle();
  await world.pass(10_000);
  const before = wanted(told, 'CertificateSigned');
  await ask(told, 'CertificateSigned', { certificateChain: authority.signRequest(csr) });
  return wanted(told, 'CertificateSigned') === before + 1;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function wanted({ answers }: Told, action: string): number {
  return answers.filter((answer) => answer === `${action} Accepted`).length;
}

test('power may go at any durable step of a renewal: what was answered Accepted is there afterwards, and the certificate has its key (S-07, S-08, S-09)', async () => {
  const calm = await story({});
  const steps = calm.world.durableSteps;
  assert.deepEqual(calm.answers, [
    'ExtendedTriggerMessage Accepted',
    'CertificateSigned Accepted',
    'ExtendedTriggerMessage Accepted',
    'CertificateSigned Accepted',
  ]);
  await calm.world.end();
  assert.ok(steps >= 6, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const told = await story(plan);
      const { world, answers } = told;
      assert.equal(wanted(told, 'ExtendedTriggerMessage'), 2, `${JSON.stringify(plan)}: ${answers.join(', ')}`);
      assert.equal(wanted(told, 'CertificateSigned'), 2, `${JSON.stringify(plan)}: ${answers.join(', ')}`);
      assert.ok(!answers.includes('CertificateSigned Rejected'), `${JSON.stringify(plan)}: ${answers.join(', ')}`);
      assert.ok(await takesForItsKey(told), `${JSON.stringify(plan)}: the key of the certificate is gone`);
      await world.end();
    }
  }
});

/** Key, profile 1, root, profile 2: gives what was answered, and the profile in force when everything has come to rest. */
async function raise(plan: CutPlan): Promise<{ readonly told: Told; readonly asked: readonly string[] }> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const authority = new CertificateAuthority(world.time.systemWallMs(), 'Root of backends');
  const told: Told = { answers: [], world, authority };
  const asked: string[] = [];
  const set = async (key: string, value: string): Promise<void> => {
    const before = told.answers.length;
    await ask(told, 'ChangeConfiguration', { key, value });
    if (told.answers.length > before) asked.push(`${key} ${value} ${told.answers.at(-1)?.split(' ')[1]}`);
    await world.pass(10_000);
  };
  await world.start();
  await world.pass(5_000);
  await set('AuthorizationKey', '00112233445566778899aabbccddeeff');
  await set('SecurityProfile', '1');
  const root = { certificateType: 'CentralSystemRootCertificate', certificate: authority.cert };
  await ask(told, 'InstallCertificate', root);
  await set('SecurityProfile', '2');
  await world.pass(30_000);
  return { told, asked };
}

test('power may go at any durable step of a raised profile: what was answered Accepted is in force afterwards, the rest wholly or not at all (S-04, S-05)', async () => {
  const calm = await raise({});
  assert.deepEqual(
    calm.asked.map((each) => each.split(' ').at(-1)),
    ['Accepted', 'Accepted', 'Accepted'],
  );
  const steps = calm.told.world.durableSteps;
  await calm.told.world.end();
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { told, asked } = await raise(plan);
      const params = told.world.station?.parameters;
      const profile = params?.get('security.profile');
      const what = `${JSON.stringify(plan)}: ${asked.join(', ')}; profile ${profile}`;
      const last = ['SecurityProfile 2', 'AuthorizationKey'].findIndex((key) =>
        asked.some((each) => each.startsWith(key) && each.endsWith('Accepted')),
      );
      if (last === 0) assert.equal(profile, 2, what);
      if (last === 1) assert.ok(profile === 1 || profile === 2, what);
      assert.equal(profile === 2, params?.get('backend.protocol') === 'wss', what);
      assert.equal(told.world.station?.status().registration, 'accepted', what);
      await told.world.end();
    }
  }
});
