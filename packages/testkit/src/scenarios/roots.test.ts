import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime, type JsonObject } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { delivered, reset } from './backend-steps.ts';
import { authorityOf, install, installedIds, remove, type RootType } from './root-steps.ts';

const root = authorityOf('Root of the backend');
const another = authorityOf('Another root');
const csRoot = 'CentralSystemRootCertificate';
const manufacturerRoot = 'ManufacturerRootCertificate';

/** What is still on its way of an old life would look like a message before the BootNotification of the new one. */
async function settled(world: World): Promise<void> {
  await delivered(world);
  await world.pass(5_000);
}

/** What the list must say of these roots. */
function listed(...roots: readonly (typeof root)[]): object {
  return { status: 'Accepted', certificateHashData: roots.map((one) => one.hashData(one.cert)) };
}

function problems(world: World): readonly string[] {
  return world.status().problems.map(({ text }) => text);
}

for (const [type, title] of [
  [manufacturerRoot, 'a manufacturer root is installed and listed by its hashes (S-11, S-12, TC_075_1)'],
  [csRoot, 'a root for backends is installed and listed by its hashes (S-11, S-12, TC_075_2)'],
] as const satisfies readonly (readonly [RootType, string])[]) {
  scenario(title, {}, async (world) => {
    assert.deepEqual(await installedIds(world, type), { status: 'NotFound' });
    assert.equal(await install(world, root.cert, type), 'Accepted');
    assert.deepEqual(await installedIds(world, type), listed(root));
    const other = type === csRoot ? manufacturerRoot : csRoot;
    assert.deepEqual(await installedIds(world, other), { status: 'NotFound' });
    assert.equal(await install(world, another.cert, type), 'Accepted');
    assert.deepEqual(await installedIds(world, type), listed(root, another));
  });
}

scenario(
  'a certificate is deleted by its hashes in any of the three algorithms, and unknown ones are NotFound (S-13, TC_076)',
  {},
  async (world) => {
    for (const algorithm of ['SHA256', 'SHA384', 'SHA512'] as const) {
      assert.equal(await install(world, root.cert), 'Accepted');
      assert.equal(await install(world, another.cert), 'Accepted');
      assert.equal(await remove(world, root.hashData(root.cert, algorithm)), 'Accepted');
      assert.deepEqual(await installedIds(world), listed(another));
      assert.equal(await remove(world, root.hashData(root.cert, algorithm)), 'NotFound');
      const loud = another.hashData(another.cert, algorithm);
      const upper = {
        ...loud,
        issuerNameHash: loud['issuerNameHash'].toUpperCase(),
        serialNumber: `00${loud['serialNumber'].toUpperCase()}`.slice(0, 40),
      };
      assert.equal(await remove(world, upper), 'Accepted');
      assert.deepEqual(await installedIds(world), { status: 'NotFound' });
    }
  },
);

scenario('one hash that differs is another certificate, and nothing is deleted (S-13, fault 54)', {}, async (world) => {
  await install(world, root.cert);
  const hashes = root.hashData(root.cert);
  const foreign = another.hashData(another.cert);
  for (const field of ['issuerNameHash', 'issuerKeyHash', 'serialNumber', 'hashAlgorithm'] as const) {
    const value = field === 'hashAlgorithm' ? 'SHA384' : foreign[field];
    assert.equal(await remove(world, { ...hashes, [field]: value }), 'NotFound', field);
  }
  assert.deepEqual(await installedIds(world), listed(root));
});

scenario('what was installed before is Accepted again and stands there once (S-11)', {}, async (world) => {
  assert.equal(await install(world, root.cert), 'Accepted');
  assert.equal(await install(world, `\r\n ${root.cert.replaceAll('\n', '\r\n')}\n\n`), 'Accepted');
  assert.deepEqual(await installedIds(world), listed(root));
});

const leaf = root.issue({ commonName: 'no authority', notAfterMs: Date.UTC(2049, 0, 1) });
const future = authorityOf('Future', { notBeforeMs: Date.UTC(2048, 0, 1) });
const expired = authorityOf('Old root', { notAfterMs: Date.UTC(2021, 0, 1) });
const refusals: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /holds no PEM/],
  ['no PEM', 'this is no certificate', /holds no PEM/],
  ['what is no X.509 between the lines', root.cert.replace(/\n.{64}\n/u, '\nAAAA\n'), /no X\.509 certificate/],
  ['two certificates', `${root.cert}${another.cert}`, /2 certificates/],
  ['text beside the certificate', `${root.cert}trailing`, /other text/],
  ['a private key', `${root.cert}${leaf.key}`, /PRIVATE KEY/],
  ['one that has expired', expired.cert, /expired on 2021-01-01/],
  ['one that is not valid yet', future.cert, /valid only from/],
  ['one that is no authority', leaf.cert, /no certificate authority/],
  ['one whose issuer nobody knows', authorityOf('Below', { signedBy: another }).cert, /is no root/],
];

/** The security events of one type that the backend was told. */
function events(world: World, type: string): readonly unknown[] {
  const told = world.calls('SecurityEventNotification').map(({ payload }) => payload);
  return told.filter((payload) => payload['type'] === type).map((payload) => payload['techInfo']);
}

for (const [what, certificate, reason] of refusals) {
  scenario(
    `${what} is Rejected, and as a root for backends it is an InvalidCentralSystemCertificate afterwards (S-11, S-14, TC_078)`,
    {},
    async (world) => {
      assert.equal(await install(world, certificate, manufacturerRoot), 'Rejected');
      await world.pass(2_000);
      assert.deepEqual(events(world, 'InvalidCentralSystemCertificate'), []);
      assert.equal(await install(world, certificate), 'Rejected');
      await world.until('the event', () => events(world, 'InvalidCentralSystemCertificate').length === 1);
      assert.match(String(events(world, 'InvalidCentralSystemCertificate')[0]), reason);
      assert.deepEqual(await installedIds(world), { status: 'NotFound' });
      assert.deepEqual(await installedIds(world, manufacturerRoot), { status: 'NotFound' });
      assert.equal(problems(world).filter((text) => reason.test(text)).length, 2, problems(world).join('\n'));
    },
  );
}

scenario('the answer comes before the event of it (S-14, TC_078)', {}, async (world) => {
  await install(world, 'no certificate');
  await world.until('the event', () => events(world, 'InvalidCentralSystemCertificate').length === 1);
  const texts = world.backend.frames.all(world.identity).map(({ text }) => text);
  const answer = texts.findIndex((text) => text.includes('"Rejected"'));
  const event = texts.findIndex((text) => text.includes('"InvalidCentralSystemCertificate"'));
  assert.ok(answer >= 0 && answer < event, `${answer} ${event}`);
});

scenario(
  'each change of a root is a security event without the certificate itself (S-11, S-13, S-14)',
  {},
  async (world) => {
    const changes = (): readonly unknown[] => events(world, 'ReconfigurationOfSecurityParameters');
    await install(world, root.cert);
    await world.until('the first event', () => changes().length === 1);
    await install(world, root.cert);
    await remove(world, root.hashData(root.cert));
    await world.until('the second event', () => changes().length === 2);
    assert.match(
      String(changes()[0]),
      /^root for backends installed: Root of the backend \(([0-9A-F]{2}:){31}[0-9A-F]{2}\)$/u,
    );
    assert.match(String(changes()[1]), /^root for backends deleted: Root of the backend/u);
  },
);

scenario(
  'without a clock a root that begins later than what is known is believed, and one that has ended is not (S-11)',
  { only: 'virtual', startWallMs: 0 },
  async (world) => {
    assert.equal(world.status().clock.source, 'none');
    assert.equal(await install(world, future.cert), 'Accepted');
    assert.equal(await install(world, expired.cert), 'Rejected');
    assert.deepEqual(await installedIds(world), listed(future));
  },
);

scenario('certificates are managed while the registration is Pending (B-04, S-11)', {}, async (world) => {
  await settled(world);
  world.backend.addRules([{ on: { action: 'BootNotification' }, do: { boot: { status: 'Pending', interval: 3600 } } }]);
  await world.powerCycle();
  await world.until('Pending', () => world.status().registration === 'pending');
  assert.equal(await install(world, root.cert), 'Accepted');
  assert.deepEqual(await installedIds(world), listed(root));
  assert.equal(await remove(world, root.hashData(root.cert)), 'Accepted');
  assert.deepEqual(await installedIds(world), { status: 'NotFound' });
});

scenario(
  'roots are there after a reset and after a power cut, and what was deleted is not (S-11, S-13)',
  {},
  async (world) => {
    await settled(world);
    await install(world, root.cert);
    await install(world, another.cert, manufacturerRoot);
    await reset(world);
    await settled(world);
    assert.deepEqual(await installedIds(world), listed(root));
    await remove(world, root.hashData(root.cert));
    await settled(world);
    await world.powerCycle();
    await settled(world);
    assert.deepEqual(await installedIds(world), { status: 'NotFound' });
    assert.deepEqual(await installedIds(world, manufacturerRoot), listed(another));
  },
);

test('what cannot be stored is Failed, and nothing has changed (S-11, S-13)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  await install(world, root.cert);
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await install(world, another.cert), 'Failed');
  assert.equal(await remove(world, root.hashData(root.cert)), 'Failed');
  assert.deepEqual(await installedIds(world), listed(root));
  store.setHealth({ kind: 'ok' });
  assert.equal(await install(world, another.cert), 'Accepted');
  await world.end();
});

/** A root is installed, a second one, and the first is deleted; what was answered, and what is installed in the end. */
async function playInstallations(plan: CutPlan): Promise<{
  readonly world: PowerWorld;
  readonly answers: readonly string[];
  readonly names: readonly string[];
}> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const answers: string[] = [];
  const demand = async (what: string, action: string, payload: JsonObject): Promise<void> => {
    if (!world.backend.online('CS-1')) return;
    answers.push(`${what} asked`);
    const asked = world.backend.call('CS-1', action, payload);
    void asked.then(({ status }) => answers.push(`${what} ${String(status)}`)).catch(() => undefined);
    await world.pass(200);
  };
  await world.start();
  await world.pass(5_000);
  await demand('first', 'InstallCertificate', { certificateType: csRoot, certificate: root.cert });
  await demand('second', 'InstallCertificate', { certificateType: csRoot, certificate: another.cert });
  await demand('gone', 'DeleteCertificate', { certificateHashData: root.hashData(root.cert) });
  await world.pass(30_000);
  const roots = world.station?.station?.roots.desk.roots ?? [];
  return { world, answers, names: roots.map(({ pem }) => (pem === root.cert ? 'first' : 'second')) };
}

test('power may go at any durable step: what was answered for a root holds afterwards (S-11, S-13)', async () => {
  const calm = await playInstallations({});
  const expected = ['first', 'second', 'gone'].flatMap((what) => [`${what} asked`, `${what} Accepted`]);
  assert.deepEqual(calm.answers, expected);
  assert.deepEqual(calm.names, ['second']);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps > 4, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, answers, names } = await playInstallations(plan);
      const said = JSON.stringify({ plan, answers, names });
      if (answers.includes('second Accepted')) assert.ok(names.includes('second'), said);
      if (answers.includes('gone Accepted')) assert.ok(!names.includes('first'), said);
      if (answers.includes('first Accepted') && !answers.includes('gone asked'))
        assert.ok(names.includes('first'), said);
      await world.end();
    }
  }
});
