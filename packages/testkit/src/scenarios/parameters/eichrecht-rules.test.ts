import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { ask } from '../backend-steps.ts';
import { billedPair, sessionsKept, signing } from '../eichrecht/signed-steps.ts';
import { endByCard, startByCard, statusOf } from '../steps.ts';

scenario(
  'eichrecht.mode: on lets nobody charge by a meter that does not sign, off asks nothing of one that does',
  { only: 'virtual', evses: [{}, { signs: true }] },
  async (world) => {
    await world.configure({ 'eichrecht.mode': 'on' });
    await world.until('the block', () => statusOf(world, 1) === 'Unavailable');
    await world.configure({ 'eichrecht.mode': 'off' });
    await world.until('its end', () => statusOf(world, 1) === 'Available');
    await world.sim({ action: 'meter', evse: 2, mode: 'unsigned' });
    await startByCard(world, 2, 'CARD1');
    await endByCard(world, 2, 'CARD1');
    const [session] = await sessionsKept(world);
    assert.equal(session?.billing, 'unsigned');
    await world.configure({ 'eichrecht.mode': 'auto' });
    await world.sim({ action: 'meter', evse: 2, mode: 'ok' });
    await startByCard(world, 2, 'CARD1');
    await endByCard(world, 2, 'CARD1');
    await billedPair(world);
  },
);

scenario(
  'eichrecht.applies: where the law applies the option to go on without a plug is read only and true, whatever is stored (E-10, E-14)',
  { evses: signing, defaults: { 'charging.stopTransactionOnEVSideDisconnect': false } },
  async (world) => {
    const key = 'StopTransactionOnEVSideDisconnect';
    const read = await ask(world, 'GetConfiguration', { key: [key, 'EichrechtApplies'] });
    assert.deepEqual(read['configurationKey'], [
      { key, readonly: true, value: 'true' },
      { key: 'EichrechtApplies', readonly: true, value: 'true' },
    ]);
    assert.equal((await ask(world, 'ChangeConfiguration', { key, value: 'false' }))['status'], 'Rejected');
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'unplug', evse: 1, force: true });
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'EVDisconnected');
  },
);

scenario(
  'eichrecht.signedEndTimeout: so long a session waits for a meter that does not answer before it ends as one that cannot be billed (E-07)',
  { only: 'virtual', evses: signing },
  async (world) => {
    for (const seconds of [30, 300]) {
      await world.configure({ 'eichrecht.signedEndTimeout': String(seconds) });
      const before = world.calls('StopTransaction').length;
      await startByCard(world, 1, 'CARD1');
      await world.sim({ action: 'meter', evse: 1, mode: 'silent' });
      const beganMs = world.time.monotonicMs();
      await world.until('the StopTransaction', () => world.calls('StopTransaction').length > before, 400_000);
      const tookMs = world.time.monotonicMs() - beganMs;
      assert.ok(tookMs >= seconds * 900 && tookMs < seconds * 1_000 + 40_000, `${tookMs} ms`);
      assert.equal((await sessionsKept(world)).at(-1)?.billing, 'unbillable');
      await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
      await world.sim({ action: 'unplug', evse: 1, force: true });
      await world.until('the connector to be free', () => statusOf(world, 1) === 'Available', 120_000);
    }
  },
);

const tariff = [{ signs: true, signing: { version: '1.3' } }] as const;

scenario(
  'eichrecht.tariffText: stands in what the meter signs (E-05)',
  { only: 'virtual', evses: tariff },
  async (world) => {
    for (const text of ['0.39 EUR/kWh', '0.59 €/kWh']) {
      await world.configure({ 'eichrecht.tariffText': text });
      await startByCard(world, 1, 'CARD1');
      await endByCard(world, 1, 'CARD1');
      const pair = await billedPair(world);
      assert.deepEqual(
        pair.map(({ fields }) => fields['TT']),
        [text, text],
      );
    }
  },
);

scenario(
  'eichrecht.evseId: names the place in what the meter signs',
  { only: 'virtual', evses: signing },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    const [before] = await billedPair(world);
    assert.deepEqual([before.fields['CT'], before.fields['CI']], ['CBIDC', `${world.identity} 1`]);
    await world.configure({ 'eichrecht.evseId': 'DE*ABC*E7' });
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    const [after] = await billedPair(world);
    assert.deepEqual([after.fields['CT'], after.fields['CI']], ['EVSEID', 'DE*ABC*E7']);
  },
);

scenario(
  'time.zone: is the offset in what the meter signs; timestamps of OCPP stay UTC (E-17)',
  { only: 'virtual', evses: signing },
  async (world) => {
    for (const [zone, offset] of [
      ['Asia/Tokyo', '+0900'],
      ['UTC', '+0000'],
    ] as const) {
      await world.configure({ 'time.zone': zone });
      await world.pass(1_000);
      await startByCard(world, 1, 'CARD1');
      await endByCard(world, 1, 'CARD1');
      const [begin] = await billedPair(world);
      assert.ok(begin.readings[0]?.time.includes(offset), begin.readings[0]?.time ?? '');
      assert.match(String(world.calls('StartTransaction').at(-1)?.payload['timestamp']), /Z$/);
    }
  },
);
