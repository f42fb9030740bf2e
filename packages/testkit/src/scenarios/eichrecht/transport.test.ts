import assert from 'node:assert/strict';

import { ocaPublicKey, readOcmf, readPublicKey } from '@kerbside/ocmf';
import type { JsonObject } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import { ask, changeKey, delivered, readKey, registered, reset } from '../backend-steps.ts';
import { endByCard, startByCard, statusOf, untilReported } from '../steps.ts';
import { recordsKept, signing, wattHours } from './signed-steps.ts';
import { carriedValues } from './transport-steps.ts';

function textOf(entry: JsonObject | undefined): string {
  const value = entry?.['value'];
  assert.ok(typeof value === 'string');
  return value;
}

/** No list asks for anything in StopTransaction. */
const emptyLists = { 'metering.stopTxnSampledData': [], 'metering.stopTxnAlignedData': [] } as const;

scenario(
  'begin and end arrive with every stop though no list asks for them, byte for byte as the meter signed them, beside the raw register (E-01, E-02, E-18, E-19, V-04, pitfalls 1…6, pitfall 12, pitfall 19, fault 56)',
  { evses: signing, defaults: emptyLists },
  async (world) => {
    for (const card of ['CARD1', 'CARD2']) {
      await startByCard(world, 1, card);
      await world.pass(20_000);
      await endByCard(world, 1, card);
    }
    await delivered(world);
    const values = carriedValues(world);
    assert.deepEqual(
      values.map(({ action, context }) => `${action} ${context}`),
      [1, 2].flatMap(() => ['StopTransaction Transaction.Begin', 'StopTransaction Transaction.End']),
    );
    const kept = await recordsKept(world);
    assert.deepEqual(
      values.map(({ data }) => data),
      kept.map(({ blob }) => blob.data),
    );
    for (const { data } of values)
      assert.equal(readOcmf(data).version, '1.0', 'every release of the public software reads it');
    for (const { data, raw } of values) assert.deepEqual(raw, [Math.floor(wattHours(readOcmf(data)))]);
    const [first] = world.backend.ledger.transactions();
    const [begin, end] = values.map(({ data }) => Math.floor(wattHours(readOcmf(data))));
    assert.deepEqual([first?.meterStart, first?.stops[0]?.meterStop], [begin, end]);
    assert.ok(kept.every(({ state }) => state === 'delivered'));
  },
);

scenario(
  'the bare form carries the text of the meter and nothing else (E-18)',
  { evses: signing, defaults: { 'eichrecht.signedDataFormat': 'bare' } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await delivered(world);
    const values = carriedValues(world, 'bare');
    assert.deepEqual(
      values.map(({ context }) => context),
      ['Transaction.Begin', 'Transaction.End'],
    );
    assert.deepEqual(
      values.map(({ value }) => value),
      (await recordsKept(world)).map(({ blob }) => blob.data),
    );
  },
);

scenario(
  'one container with both readings is the end and arrives whole, however long its text and its key (E-19, E-26, pitfall 5)',
  {
    evses: [{ signs: true, signing: { records: 'combined', curve: 'ECDSA-secp384r1-SHA256', version: '1.3' } }],
    defaults: {
      ...emptyLists,
      'eichrecht.tariffText': '€'.repeat(250),
      'eichrecht.evseId': 'DE*ABC*E1234567890123456789*1',
    },
  },
  async (world) => {
    await startByCard(world, 1, '04A1B2C3D4E5F60718AB');
    await endByCard(world, 1, '04A1B2C3D4E5F60718AB');
    await delivered(world);
    const values = carriedValues(world);
    assert.deepEqual(
      values.map(({ context }) => context),
      ['Transaction.End'],
    );
    const [end] = values;
    assert.ok((end?.value.length ?? 0) > 2500, `${end?.value.length} characters`);
    assert.deepEqual(
      [end?.data],
      (await recordsKept(world)).map(({ blob }) => blob.data),
    );
    assert.equal(readOcmf(end?.data ?? '').readings.length, 2);
    const hex = (await world.station.eichrecht.view()).connectors[0]?.meter?.publicKey ?? '';
    assert.equal(end?.publicKey, ocaPublicKey(hex));
  },
);

scenario(
  'what the stop says of signed data is the same when it is sent again after a restart, whatever was changed meanwhile (E-12, E-22, pitfall 15, pitfall 16)',
  { evses: signing },
  async (world) => {
    world.backend.addRules([
      { on: { action: 'StopTransaction', nth: 1 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the first stop', () => world.calls('StopTransaction').length === 1);
    await untilReported(world, 1, 'Finishing');
    await changeKey(world, 'PublicKeyWithSignedMeterValue', 'Never');
    await changeKey(world, 'SignedDataFormat', 'bare');
    await world.sim({ action: 'unplug', evse: 1 });
    await reset(world, 'Soft');
    await world.until('the second stop', () => world.calls('StopTransaction').length === 2, 200_000);
    const [first, second] = world.calls('StopTransaction').map(({ payload }) => payload);
    assert.deepEqual(second, first);
  },
);

scenario(
  'the values of the start follow StartTransaction before anything else, signed where that is wanted (E-20)',
  {
    evses: signing,
    defaults: {
      'metering.startTxnSampledData': ['Energy.Active.Import.Register', 'Voltage'],
      'metering.sampledDataSignStartedReadings': true,
    },
  },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await delivered(world);
    const actions = world.calls().map(({ action }) => action);
    const start = actions.indexOf('StartTransaction');
    const values = world.calls('MeterValues')[0];
    assert.equal(
      actions.slice(start + 1).find((action) => action !== 'StatusNotification'),
      'MeterValues',
    );
    assert.equal(values?.payload['transactionId'], world.backend.ledger.transactions()[0]?.transactionId);
    const [signed] = carriedValues(world);
    assert.deepEqual([signed?.action, signed?.context], ['MeterValues', 'Transaction.Begin']);
    assert.notEqual(signed?.publicKey, '');
    await endByCard(world, 1, 'CARD1');
    await delivered(world);
    assert.deepEqual(
      carriedValues(world).map(({ action, publicKey }) => [action, publicKey === '']),
      [
        ['MeterValues', false],
        ['StopTransaction', true],
        ['StopTransaction', true],
      ],
    );
  },
);

/** Which readings are signed, by the keys (eichrecht.md E-29, matrix). */
const matrix = [
  {
    keys: {
      SampledDataSignReadings: 'false',
      SampledDataSignUpdatedReadings: 'true',
      SampledDataSignStartedReadings: 'true',
    },
    signed: [],
  },
  { keys: {}, signed: ['Stop Begin', 'Stop End'] },
  { keys: { SampledDataSignStartedReadings: 'true' }, signed: ['Values Begin', 'Stop Begin', 'Stop End'] },
  { keys: { SampledDataSignUpdatedReadings: 'true' }, signed: ['Values Periodic', 'Stop Begin', 'Stop End'] },
  { keys: { AlignedDataSignUpdatedReadings: 'true' }, signed: ['Stop Begin', 'Stop End'] },
  {
    keys: { AlignedDataSignReadings: 'true', AlignedDataSignUpdatedReadings: 'true' },
    signed: ['Values Clock', 'Stop Begin', 'Stop End'],
  },
] as const;

for (const { keys, signed } of matrix) {
  const names = Object.entries(keys).map(([key, value]) => `${key} ${value}`);
  scenario(
    `what is signed with ${names.length === 0 ? 'the keys as they are' : names.join(', ')} (E-21, E-22)`,
    {
      only: 'virtual',
      evses: signing,
      defaults: {
        'metering.sampleInterval': 50,
        'metering.clockAlignedInterval': 60,
        'metering.startTxnSampledData': ['Energy.Active.Import.Register'],
      },
    },
    async (world) => {
      for (const [key, value] of Object.entries(keys)) await changeKey(world, key, value);
      await startByCard(world, 1, 'CARD1');
      await world.pass(70_000);
      await endByCard(world, 1, 'CARD1');
      await delivered(world);
      const words = carriedValues(world).map(({ action, context }) => {
        return `${action === 'MeterValues' ? 'Values' : 'Stop'} ${context.replace(/^.*\./, '')}`;
      });
      assert.deepEqual([...new Set(words)].toSorted(), [...signed].toSorted());
      const kept = await recordsKept(world);
      assert.ok(kept.length >= 2, 'they are archived in any case');
      assert.ok(kept.every(({ state }) => state === (signed.length === 0 ? 'kept' : 'delivered')));
    },
  );
}

scenario(
  'readings within a transaction cannot be signed by a meter that does not: the keys say so and stay (E-21)',
  { evses: [{ signs: true, signing: { intermediate: false } }] },
  async (world) => {
    for (const key of ['SampledDataSignUpdatedReadings', 'AlignedDataSignUpdatedReadings']) {
      assert.deepEqual(await readKey(world, key), { key, value: 'false', readonly: true });
      const { status } = await ask(world, 'ChangeConfiguration', { key, value: 'true' });
      assert.equal(status, 'Rejected');
    }
  },
);

scenario(
  'the public key of each meter can be read, in any letter case, and written by nobody (E-04, E-14, E-22, E-23, pitfall 11)',
  { evses: [{ signs: true }, { signs: false }] },
  async (world) => {
    const found = await readKey(world, 'meterpublickey1');
    const state = await world.station.eichrecht.view();
    const hex = state.connectors[0]?.meter?.publicKey ?? '';
    assert.deepEqual(found, { key: 'MeterPublicKey1', value: ocaPublicKey(hex), readonly: true });
    assert.equal(readPublicKey(textOf(found)).curve.opensslName, 'prime256v1');
    assert.ok(textOf(found).length <= 500);
    for (const key of ['MeterPublicKey0', 'MeterPublicKey2', 'MeterPublicKey']) {
      const { unknownKey } = await ask(world, 'GetConfiguration', { key: [key] });
      assert.deepEqual(unknownKey, [key]);
    }
    const all = (await ask(world, 'GetConfiguration', {})) as unknown as { configurationKey: { key: string }[] };
    assert.ok(all.configurationKey.some(({ key }) => key === 'MeterPublicKey1'));
    const change = await ask(world, 'ChangeConfiguration', { key: 'MeterPublicKey1', value: 'x' });
    assert.deepEqual(change, { status: 'Rejected' });
  },
);

scenario(
  'the key of an exchanged meter is told at once, and the sessions before keep theirs (E-24)',
  { evses: signing, defaults: { 'eichrecht.publicKeyTransfer': 'both' } },
  async (world) => {
    await world.until('the keys', () => world.calls('DataTransfer').length === 1);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    const before = (await readKey(world, 'MeterPublicKey1'))?.['value'];
    await world.sim({ action: 'meterExchange', evse: 1 });
    await world.until('the new key', () => world.calls('DataTransfer').length === 2);
    const after = (await readKey(world, 'MeterPublicKey1'))?.['value'];
    assert.notEqual(after, before);
    const [first, second] = world.calls('DataTransfer').map(({ payload }) => payload);
    assert.deepEqual([first?.['vendorId'], first?.['messageId']], ['generalConfiguration', 'setMeterConfiguration']);
    const metersOf = (data: unknown): readonly { publicKey: string; connectorId: number; type: string }[] =>
      (JSON.parse(String(data)) as { meters: { publicKey: string; connectorId: number; type: string }[] }).meters;
    assert.deepEqual(
      [first, second].map((payload) => metersOf(payload?.['data']).map(({ publicKey }) => ocaPublicKey(publicKey))),
      [[before], [after]],
    );
    assert.equal(carriedValues(world)[0]?.publicKey, before);
  },
);

scenario(
  'a backend that does not know the vendor of the keys is asked once for each registration (E-22)',
  { evses: signing, defaults: { 'eichrecht.publicKeyTransfer': 'dataTransfer' } },
  async (world) => {
    world.backend.addRules([
      { on: { action: 'DataTransfer' }, do: { answer: { replace: { status: 'UnknownVendorId' } } } },
    ]);
    await world.until('the keys', () => world.calls('DataTransfer').length === 1);
    await world.pass(70_000);
    assert.equal(world.calls('DataTransfer').length, 1);
    assert.equal(await readKey(world, 'MeterPublicKey1'), undefined);
    await reset(world, 'Soft');
    await world.until('them again', () => world.calls('DataTransfer').length === 2, 200_000);
  },
);

scenario(
  'the key of a meter can be read while the meter cannot be reached, also after a restart (E-22, pitfall 18)',
  { evses: signing },
  async (world) => {
    const before = await readKey(world, 'MeterPublicKey1');
    assert.notEqual(before, undefined);
    await world.sim({ action: 'meterPower', evse: 1, state: 'off' });
    await world.until('the loss to show', () => statusOf(world, 1) !== 'Available', 200_000);
    assert.deepEqual(await readKey(world, 'MeterPublicKey1'), before);
    await reset(world, 'Soft');
    await registered(world);
    assert.deepEqual(await readKey(world, 'MeterPublicKey1'), before);
  },
);
