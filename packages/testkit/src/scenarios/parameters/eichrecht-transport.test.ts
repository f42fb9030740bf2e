import assert from 'node:assert/strict';

import { ocaPublicKey } from '@kerbside/ocmf';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, readKey } from '../backend-steps.ts';
import { logged } from '../eichrecht/signed-steps.ts';
import { carriedValues } from '../eichrecht/transport-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

const evses = [{ signs: true }] as const;

async function session(world: World): Promise<void> {
  await startByCard(world, 1, 'CARD1');
  await endByCard(world, 1, 'CARD1');
  await delivered(world);
}

scenario('eichrecht.signedDataFormat: bare, signed values are the text of the meter', { evses }, async (world) => {
  await changeKey(world, 'SignedDataFormat', 'bare');
  await session(world);
  const values = carriedValues(world, 'bare');
  assert.equal(values.length, 2);
  for (const { value } of values) assert.match(value, /^OCMF\|\{.*\}\|\{.*\}$/);
});

const policies = { Never: [0, 0], OncePerTransaction: [1, 0], EveryMeterValue: [1, 1] } as const;

for (const [policy, keys] of Object.entries(policies)) {
  scenario(
    `eichrecht.publicKeyWithSignedMeterValue: ${policy}, the key goes with ${keys.join(' and ')} of begin and end`,
    { evses },
    async (world) => {
      await changeKey(world, 'PublicKeyWithSignedMeterValue', policy);
      await session(world);
      assert.deepEqual(
        carriedValues(world).map(({ publicKey }) => (publicKey === '' ? 0 : 1)),
        keys,
      );
    },
  );
}

scenario(
  'eichrecht.publicKeyFormat: hex, keys are the plain digits, with values and to be read',
  { evses },
  async (world) => {
    const oca = (await readKey(world, 'MeterPublicKey1'))?.['value'];
    await changeKey(world, 'PublicKeyFormat', 'hex');
    const hex = String((await readKey(world, 'MeterPublicKey1'))?.['value']);
    assert.match(hex, /^[\da-f]+$/i);
    assert.equal(ocaPublicKey(hex), oca);
    await session(world);
    assert.equal(carriedValues(world)[0]?.publicKey, hex);
  },
);

for (const [transfer, [readable, sent]] of Object.entries({
  oca: [true, 0],
  dataTransfer: [false, 1],
  both: [true, 1],
  none: [false, 0],
} as const)) {
  scenario(
    `eichrecht.publicKeyTransfer: ${transfer}, keys are ${readable ? 'there to read' : 'not to be read'} and sent ${sent} times`,
    { evses },
    async (world) => {
      await changeKey(world, 'PublicKeyTransfer', transfer);
      await session(world);
      const { unknownKey = [] } = await ask(world, 'GetConfiguration', { key: ['MeterPublicKey1'] });
      assert.deepEqual(unknownKey, readable ? [] : ['MeterPublicKey1']);
      assert.equal(world.calls('DataTransfer').length, sent);
    },
  );
}

scenario(
  'metering.sampledDataSignReadings: false, nothing signed goes to the backend, and the station keeps it',
  { evses },
  async (world) => {
    await changeKey(world, 'SampledDataSignReadings', 'false');
    await session(world);
    assert.deepEqual(carriedValues(world), []);
    assert.equal(world.calls('StopTransaction').length, 1);
    assert.equal((await world.station.archives.signed.page(0, 10)).records.length, 2);
    const entries = await logged(world, 'parameterChanged');
    assert.ok(entries.some((text) => text.includes('metering.sampledDataSignReadings')));
  },
);

scenario(
  'metering.sampledDataSignReadings: stays true where calibration law is on',
  { evses, defaults: { 'eichrecht.mode': 'on' } },
  async (world) => {
    await session(world);
    const { status } = await ask(world, 'ChangeConfiguration', { key: 'SampledDataSignReadings', value: 'false' });
    assert.equal(status, 'Rejected');
  },
);

/** Readings of a running transaction, before and after keys are switched on. */
async function readingsSigned(world: World, keys: readonly string[], context: string): Promise<void> {
  await startByCard(world, 1, 'CARD1');
  await world.pass(65_000);
  assert.deepEqual(carriedValues(world), []);
  for (const key of keys) await changeKey(world, key, 'true');
  await world.pass(65_000);
  await delivered(world);
  const contexts = carriedValues(world).map((value) => value.context);
  assert.ok(contexts.length > 0);
  assert.deepEqual([...new Set(contexts)], [context]);
  await endByCard(world, 1, 'CARD1');
}

const sampling = {
  only: 'virtual',
  evses,
  defaults: { 'metering.sampleInterval': 30, 'metering.clockAlignedInterval': 60 },
} as const;

scenario('metering.sampledDataSignUpdatedReadings: periodic readings are signed', sampling, (world) =>
  readingsSigned(world, ['SampledDataSignUpdatedReadings'], 'Sample.Periodic'),
);

scenario('metering.alignedDataSignReadings: with its twin, readings at the clock are signed', sampling, (world) =>
  readingsSigned(world, ['AlignedDataSignUpdatedReadings', 'AlignedDataSignReadings'], 'Sample.Clock'),
);

scenario(
  'metering.alignedDataSignUpdatedReadings: with its twin, readings at the clock are signed',
  sampling,
  (world) => readingsSigned(world, ['AlignedDataSignReadings', 'AlignedDataSignUpdatedReadings'], 'Sample.Clock'),
);

scenario('metering.startTxnSampledData: the values follow the start', { evses }, async (world) => {
  await session(world);
  assert.equal(world.calls('MeterValues').length, 0);
  await changeKey(world, 'StartTxnSampledData', 'Voltage');
  await session(world);
  assert.equal(world.calls('MeterValues').length, 1);
});

scenario('metering.sampledDataSignStartedReadings: they are signed', { evses }, async (world) => {
  await changeKey(world, 'StartTxnSampledData', 'Energy.Active.Import.Register');
  await session(world);
  const signedStarts = (): number => carriedValues(world).filter(({ action }) => action === 'MeterValues').length;
  assert.deepEqual([world.calls('MeterValues').length, signedStarts()], [1, 0]);
  await changeKey(world, 'SampledDataSignStartedReadings', 'true');
  await session(world);
  assert.deepEqual([world.calls('MeterValues').length, signedStarts()], [2, 1]);
});

scenario(
  'metering.signedUpdatesSupported: without such a meter nothing of the kind can be switched on',
  { evses: [{ signs: false }] },
  async (world) => {
    await world.until('registration', () => world.status().registration === 'accepted');
    const { status } = await ask(world, 'ChangeConfiguration', {
      key: 'SampledDataSignUpdatedReadings',
      value: 'true',
    });
    assert.equal(status, 'Rejected');
  },
);
