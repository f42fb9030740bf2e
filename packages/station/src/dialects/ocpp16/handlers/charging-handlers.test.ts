import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ocpp16 } from '@kerbside/ocpp/ocpp16';

import type { ChargingCommands, ProfileRequest, RemoteStart, StationCommands } from '../../station-commands.ts';
import { serve } from './handlers.ts';

/** A station that notes what it is asked about charging profiles, and answers as it is told. */
class Asked {
  readonly seen: unknown[] = [];
  installed: Awaited<ReturnType<ChargingCommands['install']>> = 'accepted';
  cleared: Awaited<ReturnType<ChargingCommands['clear']>> = 'accepted';
  schedule: ReturnType<ChargingCommands['composite']> = null;

  async serve(action: string, request: object): Promise<unknown> {
    assert.equal(ocpp16.validateRequest(action, request), undefined);
    const charging: ChargingCommands = {
      install: async (evse, profile) => {
        this.seen.push({ evse, profile });
        return this.installed;
      },
      clear: async (filter) => {
        this.seen.push(filter);
        return this.cleared;
      },
      composite: (asked) => {
        this.seen.push(asked);
        return this.schedule;
      },
    };
    const remoteStart = (request_: RemoteStart): 'accepted' => {
      this.seen.push(request_);
      return 'accepted';
    };
    const answer = await serve(action, request, {
      registration: () => 'accepted',
      charging,
      remoteStart,
    } as unknown as StationCommands);
    if (answer.kind === 'error') return answer.code;
    assert.equal(ocpp16.validateResponse(action, answer.payload), undefined);
    return answer.payload;
  }
}

const full = {
  chargingProfileId: 7,
  transactionId: -16,
  stackLevel: 3,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Recurring',
  recurrencyKind: 'Weekly',
  validFrom: '2026-11-22T10:00:00Z',
  validTo: '2026-11-22T12:00:00+01:00',
  chargingSchedule: {
    duration: 3_600,
    startSchedule: '2026-11-22T10:00:00.5Z',
    chargingRateUnit: 'W',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 8.1, numberPhases: 1 },
      { startPeriod: 60, limit: 0 },
    ],
    minChargingRate: 6.5,
  },
};

const tenMs = Date.UTC(2026, 10, 22, 10);

const decoded: ProfileRequest = {
  id: 7,
  backendTransaction: '-16',
  stackLevel: 3,
  purpose: 'tx',
  kind: 'recurring',
  recurrence: 'weekly',
  validFromMs: tenMs,
  validToMs: tenMs + 3_600_000,
  schedule: {
    startMs: tenMs + 500,
    durationSeconds: 3_600,
    unit: 'W',
    periods: [
      { startSeconds: 0, limit: 8.1, phases: 1 },
      { startSeconds: 60, limit: 0, phases: null },
    ],
  },
};

const least = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'ChargePointMaxProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [] },
};

test('SetChargingProfile passes all that a profile says, and answers in the words of 1.6 (SC-01)', async () => {
  const asked = new Asked();
  assert.deepEqual(await asked.serve('SetChargingProfile', { connectorId: 2, csChargingProfiles: full }), {
    status: 'Accepted',
  });
  assert.deepEqual(asked.seen, [{ evse: 2, profile: decoded }]);
  asked.installed = 'rejected';
  const second = { connectorId: 0, csChargingProfiles: least };
  assert.deepEqual(await asked.serve('SetChargingProfile', second), { status: 'Rejected' });
  assert.deepEqual(asked.seen[1], {
    evse: 0,
    profile: {
      id: 1,
      backendTransaction: null,
      stackLevel: 0,
      purpose: 'stationMax',
      kind: 'absolute',
      recurrence: null,
      validFromMs: null,
      validToMs: null,
      schedule: { startMs: null, durationSeconds: null, unit: 'A', periods: [] },
    },
  });
  asked.installed = 'unknownEvse';
  assert.equal(await asked.serve('SetChargingProfile', second), 'PropertyConstraintViolation');
});

test('a leap second, which no clock here can show, is not taken for another time', async () => {
  const asked = new Asked();
  const csChargingProfiles = { ...least, validFrom: '2016-12-31T23:59:60Z' };
  await asked.serve('SetChargingProfile', { connectorId: 0, csChargingProfiles });
  const [{ profile }] = asked.seen as [{ profile: ProfileRequest }];
  assert.ok(Number.isNaN(profile.validFromMs));
});

test('ClearChargingProfile passes what it names, also 0, and says Unknown when nothing fits (SC-10)', async () => {
  const asked = new Asked();
  const request = { id: 0, connectorId: 0, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 };
  assert.deepEqual(await asked.serve('ClearChargingProfile', request), { status: 'Accepted' });
  asked.cleared = 'unknown';
  assert.deepEqual(await asked.serve('ClearChargingProfile', {}), { status: 'Unknown' });
  assert.deepEqual(asked.seen, [
    { id: 0, evse: 0, purpose: 'txDefault', stackLevel: 0 },
    { id: null, evse: null, purpose: null, stackLevel: null },
  ]);
  asked.cleared = 'failed';
  assert.equal(await asked.serve('ClearChargingProfile', {}), 'InternalError');
});

test('GetCompositeSchedule writes times and phases as 1.6 does, and Rejected without a schedule (SC-11)', async () => {
  const asked = new Asked();
  const request = { connectorId: 1, duration: 300, chargingRateUnit: 'A' };
  assert.deepEqual(await asked.serve('GetCompositeSchedule', request), { status: 'Rejected' });
  asked.schedule = {
    startMs: tenMs,
    durationSeconds: 300,
    unit: 'A',
    periods: [
      { startSeconds: 0, limit: 16.1, phases: null },
      { startSeconds: 60, limit: 0, phases: 1 },
    ],
  };
  assert.deepEqual(await asked.serve('GetCompositeSchedule', { connectorId: 0, duration: 300 }), {
    status: 'Accepted',
    connectorId: 0,
    scheduleStart: '2026-11-22T10:00:00.000Z',
    chargingSchedule: {
      duration: 300,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 16.1 },
        { startPeriod: 60, limit: 0, numberPhases: 1 },
      ],
    },
  });
  assert.deepEqual(asked.seen, [
    { evse: 1, durationSeconds: 300, unit: 'A' },
    { evse: 0, durationSeconds: 300, unit: null },
  ]);
});

test('RemoteStartTransaction passes its charging profile (R-04)', async () => {
  const asked = new Asked();
  await asked.serve('RemoteStartTransaction', { idTag: 'A', chargingProfile: full });
  await asked.serve('RemoteStartTransaction', { idTag: 'A', connectorId: 2 });
  assert.deepEqual(asked.seen, [
    { evse: null, idToken: 'A', profile: decoded },
    { evse: 2, idToken: 'A', profile: null },
  ]);
});
