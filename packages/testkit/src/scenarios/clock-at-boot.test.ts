import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { untilReported } from './steps.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const hourMs = 3_600_000;

for (const hours of [-7, 7]) {
  const wrong = hours < 0 ? 'behind' : 'ahead';
  scenario(
    `a station whose clock is hours ${wrong} at the boot tells its first statuses with the time that the backend gave it (N-08, B-03, H-03)`,
    {
      only: 'virtual',
      unregistered: true,
      startWallMs: nowMs + hours * hourMs,
      defaults: { 'backend.communicationType': 'off' },
    },
    async (world) => {
      world.backend.configure({ clockOffsetMs: -hours * hourMs });
      await world.pass(30_000);
      // One status is valid since the start, one since later; both by the clock that is wrong.
      await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
      await world.pass(20_000);
      await world.configure({ 'backend.communicationType': 'ocpp1.6' });
      await world.station.applyEndpoint(true);
      await untilReported(world, 2, 'Available');
      await world.pass(1_000);
      const told = world.calls('StatusNotification').map(({ payload }) => {
        return [payload['connectorId'], payload['status'], String(payload['timestamp'])] as const;
      });
      assert.deepEqual(
        told.map(([id, status]) => `${String(id)} ${String(status)}`),
        ['0 Available', '1 Preparing', '2 Available'],
      );
      const rightMs = world.time.systemWallMs() - hours * hourMs;
      for (const [id, , timestamp] of told) {
        const ageMs = rightMs - Date.parse(timestamp);
        assert.ok(ageMs >= 0 && ageMs < 120_000, `connector ${String(id)} was ${timestamp}, ${ageMs} ms ago`);
      }
    },
  );
}
