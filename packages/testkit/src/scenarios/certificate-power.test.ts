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

interface Raised {
  readonly told: Told;
  /** What was set, with the answers that were heard. */
  readonly heard: readonly string[];
}

/** The backend brings a station from profile 0 to 3: key, root, certificate, and the profiles one after the other. */
async function raise(plan: CutPlan): Promise<Raised> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const authority = new CertificateAuthority(world.time.systemWallMs(), 'Root of all');
  const told: Told = { answers: [], world, authority };
  const heard: string[] = [];
  const set = async (key: string, value: string): Promise<void> => {
    const before = told.answers.length;
    await ask(told, 'ChangeConfiguration', { key, value });
    if (told.answers.length > before) heard.push(`${key} ${value} ${told.answers.at(-1)?.split(' ')[1]}`);
    await world.pass(10_000);
  };
  await world.start();
  await world.pass(5_000);
  await set('AuthorizationKey', '00112233445566778899aabbccddeeff');
  await set('SecurityProfile', '1');
  const root = { certificateType: 'CentralSystemRootCertificate', certificate: authority.cert };
  await ask(told, 'InstallCertificate', root);
  await set('SecurityProfile', '2');
  await ask(told, 'ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  if (wanted(told, 'ExtendedTriggerMessage') > 0) {
    const csr = (await requests(world, 1)).at(-1) ?? '';
    await ask(told, 'CertificateSigned', { certificateChain: authority.signRequest(csr) });
  }
  await set('SecurityProfile', '3');
  await world.pass(30_000);
  return { told, heard };
}

/** What must hold in the end, whatever was cut: each profile with what it needs, and none below one that was answered Accepted. */
function checkRaised({ told, heard }: Raised, plan: CutPlan): void {
  const params = told.world.station?.parameters;
  const status = told.world.station?.status();
  const profile = params?.get('security.profile') ?? -1;
  const what = `${JSON.stringify(plan)}: ${heard.join(', ')}; profile ${profile}`;
  const promised = heard.flatMap((each) => /^SecurityProfile (\d) Accepted$/.exec(each)?.[1] ?? []).map(Number);
  const byKey = heard.some((each) => each.startsWith('AuthorizationKey') && each.endsWith('Accepted')) ? 1 : 0;
  assert.ok(profile >= Math.max(byKey, ...promised), what);
  assert.equal(profile >= 2, params?.get('backend.protocol') === 'wss', what);
  assert.equal(profile === 3, status?.security.certificate?.used === true, what);
  if (profile === 3) assert.equal(status?.security.certificate?.proven, true, what);
  assert.equal(status?.registration, 'accepted', what);
}

test('power may go at any durable step on the way to profile 3: what was answered Accepted is in force afterwards, the rest wholly or not at all (S-04, S-05)', async () => {
  const calm = await raise({});
  assert.deepEqual(
    calm.heard.map((each) => each.split(' ').at(-1)),
    ['Accepted', 'Accepted', 'Accepted', 'Accepted'],
  );
  checkRaised(calm, {});
  const steps = calm.told.world.durableSteps;
  await calm.told.world.end();
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const raised = await raise(plan);
      checkRaised(raised, plan);
      await raised.told.world.end();
    }
  }
});
