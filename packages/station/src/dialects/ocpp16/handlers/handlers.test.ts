import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { IncomingAnswer } from '@kerbside/ocpp';
import { ocpp16 } from '@kerbside/ocpp/ocpp16';
import fc from 'fast-check';

import type { DataTransferAnswer } from '../../../delivery/session.ts';
import type { Reservation } from '../../../reservations/reservation.ts';
import type {
  ConfigurationEntry,
  FirmwareAnswer,
  ReserveAnswer,
  StationCommands,
  TriggerRequest,
} from '../../station-commands.ts';
import { admission } from '../admission.ts';
import { serve } from './handlers.ts';

/** A station that notes what it is asked, and answers as it is told. */
class Asked {
  readonly calls: string[] = [];
  registration: ReturnType<StationCommands['registration']> = 'accepted';
  answer: 'accepted' | 'rejected' = 'accepted';
  trigger: ReturnType<StationCommands['trigger']> = 'accepted';
  availability: Awaited<ReturnType<StationCommands['changeAvailability']>> = 'accepted';
  unlocking: Awaited<ReturnType<StationCommands['unlock']>> = 'unlocked';
  transfer: DataTransferAnswer = { status: 'accepted', data: null };
  change: Awaited<ReturnType<StationCommands['configuration']['change']>> = 'accepted';
  keys: readonly ConfigurationEntry[] = [
    { key: 'HeartbeatInterval', value: '300', readonly: false },
    { key: 'NumberOfConnectors', value: '2', readonly: true },
  ];
  maxKeys = 50;
  listVersion: number | null = 7;
  listAnswer: Awaited<ReturnType<StationCommands['localList']['send']>> = 'accepted';
  firmware: FirmwareAnswer = 'accepted';
  readonly updates: unknown[] = [];
  reserved: ReserveAnswer = 'accepted';
  notCancelled: 'unknown' | 'failed' = 'unknown';
  readonly reservations: Reservation[] = [];
  installed: Awaited<ReturnType<StationCommands['certificates']['install']>> = 'accepted';
  signed: Awaited<ReturnType<StationCommands['stationCertificate']['signed']>> = 'accepted';
  deleted: Awaited<ReturnType<StationCommands['certificates']['delete']>> = 'accepted';
  diagnostics: Awaited<ReturnType<StationCommands['logs']['diagnostics']>> = { status: 'accepted', fileName: 'a.zip' };
  readonly hashes = { algorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '1f' } as const;
  readonly problems: string[] = [];

  get commands(): StationCommands {
    return {
      registration: () => this.registration,
      remoteStart: ({ evse, idToken }) => this.#note(`start ${evse} ${idToken}`),
      remoteStop: async (transaction) => this.#note(`stop ${transaction}`),
      changeAvailability: async ({ evse, operative }) => {
        this.calls.push(`availability ${evse} ${operative}`);
        return this.availability;
      },
      unlock: async (evse) => {
        this.calls.push(`unlock ${evse}`);
        return this.unlocking;
      },
      reset: (kind) => this.#note(`reset ${kind}`),
      trigger: (what) => this.#trigger(what),
      clearCache: async () => this.#note('clear'),
      dataTransfer: async ({ vendorId, messageId, data }) => {
        this.calls.push(`transfer ${vendorId} ${messageId} ${data}`);
        return this.transfer;
      },
      firmware: {
        update: async (request) => {
          this.updates.push(request);
          return this.firmware;
        },
      },
      configuration: {
        list: () => this.keys,
        find: (key) => this.keys.find((entry) => entry.key.toLowerCase() === key.toLowerCase()) ?? null,
        change: async (key, value) => {
          this.calls.push(`change ${key} ${value}`);
          return this.change;
        },
        maxKeys: () => this.maxKeys,
      },
      localList: {
        version: () => this.listVersion,
        send: async (update) => {
          this.updates.push(update);
          return this.listAnswer;
        },
      },
      reservations: {
        reserve: async (wanted) => {
          this.reservations.push(wanted);
          return this.reserved;
        },
        cancel: async (id) => (this.#note(`cancel ${id}`) === 'accepted' ? 'accepted' : this.notCancelled),
      },
      logs: {
        upload: async ({ log, requestId, retries }) => {
          this.calls.push(`log ${log} ${requestId} ${retries}`);
          return { status: 'accepted', fileName: 'a.log' };
        },
        diagnostics: async ({ location, retries }) => {
          this.calls.push(`diagnostics ${location} ${retries}`);
          return this.diagnostics;
        },
      },
      stationCertificate: {
        sign: async () => this.#note('sign'),
        signed: async (chain) => {
          this.calls.push(`signed ${chain}`);
          return this.signed;
        },
      },
      certificates: {
        install: async (kind) => {
          this.calls.push(`install ${kind}`);
          return this.installed;
        },
        list: (kind) => (kind === 'manufacturer' ? [this.hashes] : []),
        delete: async ({ algorithm, serialNumber }) => {
          this.calls.push(`delete ${algorithm} ${serialNumber}`);
          return this.deleted;
        },
      },
      charging: {
        install: async () => 'rejected',
        clear: async () => 'unknown',
        composite: () => null,
      },
      problem: (text) => this.problems.push(text),
    };
  }

  #note(call: string): 'accepted' | 'rejected' {
    this.calls.push(call);
    return this.answer;
  }

  #trigger(what: TriggerRequest): ReturnType<StationCommands['trigger']> {
    this.calls.push(`trigger ${what.kind} ${'evse' in what ? what.evse : ''}`.trim());
    return this.trigger;
  }
}

/** Serves a valid request, and makes sure that the answer is valid too. */
async function ask(asked: Asked, action: string, request: object = {}): Promise<Readonly<Record<string, unknown>>> {
  assert.equal(ocpp16.validateRequest(action, request), undefined);
  const answer = await serve(action, request, asked.commands);
  assert.equal(answer.kind, 'result');
  assert.ok(answer.kind === 'result');
  assert.equal(ocpp16.validateResponse(action, answer.payload), undefined);
  return answer.payload as Readonly<Record<string, unknown>>;
}

const status = async (asked: Asked, action: string, request: object = {}): Promise<unknown> =>
  (await ask(asked, action, request))['status'];

describe('before the registration', () => {
  const actions: readonly (readonly [string, object])[] = [
    ['RemoteStartTransaction', { idTag: 'A', connectorId: 1 }],
    ['RemoteStopTransaction', { transactionId: 7 }],
  ];
  for (const [action, request] of actions) {
    for (const registration of ['none', 'pending'] as const) {
      test(`${action} is Rejected while ${registration} (B-04)`, async () => {
        const asked = new Asked();
        asked.registration = registration;
        assert.equal(await status(asked, action, request), 'Rejected');
        assert.deepEqual(asked.calls, []);
      });
    }
  }

  test('everything else is served while pending (B-04)', async () => {
    const asked = new Asked();
    asked.registration = 'pending';
    assert.equal(await status(asked, 'ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' }), 'Accepted');
    assert.equal(await status(asked, 'TriggerMessage', { requestedMessage: 'BootNotification' }), 'Accepted');
    assert.equal(await status(asked, 'Reset', { type: 'Soft' }), 'Accepted');
    await ask(asked, 'GetConfiguration');
  });

  test('while rejected nobody is let in (B-05)', () => {
    const asked = new Asked();
    for (const registration of ['none', 'pending', 'accepted'] as const) {
      asked.registration = registration;
      assert.equal(admission(asked.commands)(), undefined);
    }
    asked.registration = 'rejected';
    assert.equal(admission(asked.commands)()?.code, 'SecurityError');
  });
});

test('what the station has no profile for is NotSupported, names of objects included', async () => {
  const asked = new Asked();
  for (const action of ['Heartbeat', 'StatusNotification', 'constructor', 'toString', '__proto__']) {
    const answer = await serve(action, {}, asked.commands);
    assert.deepEqual([answer.kind, answer.kind === 'error' && answer.code], ['error', 'NotSupported'], action);
  }
});

test('firmware is passed on as it came, and its answer in 1.6’s words (F-01, S-17, S-19)', async () => {
  const asked = new Asked();
  const plain = { location: 'https://h/a.bin', retrieveDate: '2026-11-22T12:00:00Z', retries: 2 };
  assert.deepEqual(await serve('UpdateFirmware', plain, asked.commands), { kind: 'result', payload: {} });
  const firmware = { location: 'https://h/a.bin', retrieveDateTime: '2026-11-22T12:00:00Z' };
  const signed = { requestId: 7, firmware: { ...firmware, signingCertificate: 'PEM', signature: 'c2ln' } };
  for (const [answer, said] of [
    ['accepted', 'Accepted'],
    ['canceled', 'AcceptedCanceled'],
    ['rejected', 'Rejected'],
    ['invalidCertificate', 'InvalidCertificate'],
  ] as const) {
    asked.firmware = answer;
    assert.deepEqual(await serve('SignedUpdateFirmware', signed, asked.commands), {
      kind: 'result',
      payload: { status: said },
    });
  }
  for (const [answer, code] of [
    ['notSupported', 'NotSupported'],
    ['rejected', 'GenericError'],
  ] as const) {
    asked.firmware = answer;
    const refusal = await serve('UpdateFirmware', plain, asked.commands);
    assert.equal(refusal.kind === 'error' && refusal.code, code);
  }
  const times = { retrieveMs: Date.UTC(2026, 10, 22, 12), installMs: null, retryIntervalSeconds: null };
  const common = { location: 'https://h/a.bin', ...times };
  assert.deepEqual(asked.updates[0], { ...common, kind: 'plain', requestId: null, retries: 2, signed: null });
  const signature = { certificate: 'PEM', signature: 'c2ln' };
  assert.deepEqual(asked.updates[1], { ...common, kind: 'signed', requestId: 7, retries: null, signed: signature });
});

test('diagnostics have a file name, none where there is nothing, and an error where nothing can be stored (F-05)', async () => {
  const asked = new Asked();
  const request = { location: 'https://h/in', retries: 2 };
  assert.deepEqual(await serve('GetDiagnostics', request, asked.commands), {
    kind: 'result',
    payload: { fileName: 'a.zip' },
  });
  assert.deepEqual(asked.calls, ['diagnostics https://h/in 2']);
  asked.diagnostics = { status: 'accepted', fileName: null };
  assert.deepEqual(await serve('GetDiagnostics', request, asked.commands), { kind: 'result', payload: {} });
  asked.diagnostics = { status: 'failed', fileName: null };
  const failed = await serve('GetDiagnostics', request, asked.commands);
  assert.deepEqual([failed.kind, failed.kind === 'error' && failed.code], ['error', 'InternalError']);
});

test('a reservation is passed on as it came, and its answer in 1.6’s words (RS-01, RS-02)', async () => {
  const asked = new Asked();
  const request = { connectorId: 0, expiryDate: '2026-11-22T12:00:00Z', idTag: 'aB-1', reservationId: 0 };
  for (const [answer, said] of [
    ['accepted', 'Accepted'],
    ['faulted', 'Faulted'],
    ['occupied', 'Occupied'],
    ['rejected', 'Rejected'],
    ['unavailable', 'Unavailable'],
  ] as const) {
    asked.reserved = answer;
    assert.deepEqual(await serve('ReserveNow', request, asked.commands), { kind: 'result', payload: { status: said } });
  }
  const wanted = { id: 0, evse: 0, idToken: 'aB-1', parentIdToken: null, expiryMs: Date.UTC(2026, 10, 22, 12) };
  assert.deepEqual(asked.reservations[0], wanted);
  await serve('ReserveNow', { ...request, parentIdTag: 'FLEET' }, asked.commands);
  assert.equal(asked.reservations.at(-1)?.parentIdToken, 'FLEET');
});

test('the end of a reservation is Accepted, of an unknown one Rejected (RS-07)', async () => {
  const asked = new Asked();
  const cancel = (): ReturnType<typeof serve> => serve('CancelReservation', { reservationId: -4 }, asked.commands);
  assert.deepEqual(await cancel(), { kind: 'result', payload: { status: 'Accepted' } });
  asked.answer = 'rejected';
  for (const why of ['unknown', 'failed'] as const) {
    asked.notCancelled = why;
    assert.deepEqual(await cancel(), { kind: 'result', payload: { status: 'Rejected' } });
  }
  assert.deepEqual(asked.calls, ['cancel -4', 'cancel -4', 'cancel -4']);
});

test('availability: connector 0 is the station with all connectors (C-01, C-02)', async () => {
  const asked = new Asked();
  for (const [answer, said] of [
    ['accepted', 'Accepted'],
    ['rejected', 'Rejected'],
    ['scheduled', 'Scheduled'],
  ] as const) {
    asked.availability = answer;
    assert.equal(await status(asked, 'ChangeAvailability', { connectorId: 2, type: 'Inoperative' }), said);
  }
  await ask(asked, 'ChangeAvailability', { connectorId: 0, type: 'Operative' });
  assert.deepEqual(asked.calls.slice(2), ['availability 2 false', 'availability null true']);
});

test('unlock says what became of the lock (R-07)', async () => {
  const asked = new Asked();
  for (const [answer, said] of [
    ['unlocked', 'Unlocked'],
    ['failed', 'UnlockFailed'],
    ['notSupported', 'NotSupported'],
  ] as const) {
    asked.unlocking = answer;
    assert.equal(await status(asked, 'UnlockConnector', { connectorId: 1 }), said);
  }
});

test('remote start takes the connector, or leaves the choice to the station (R-01)', async () => {
  const asked = new Asked();
  assert.equal(await status(asked, 'RemoteStartTransaction', { idTag: 'Aa', connectorId: 2 }), 'Accepted');
  assert.equal(await status(asked, 'RemoteStartTransaction', { idTag: 'Aa' }), 'Accepted');
  assert.equal(await status(asked, 'RemoteStartTransaction', { idTag: 'Aa', connectorId: 0 }), 'Accepted');
  asked.answer = 'rejected';
  assert.equal(await status(asked, 'RemoteStartTransaction', { idTag: 'Aa' }), 'Rejected');
  assert.deepEqual(asked.calls.slice(0, 3), ['start 2 Aa', 'start null Aa', 'start 0 Aa']);
});

test('remote stop passes any integer as it is (X-04, R-06)', async () => {
  const asked = new Asked();
  for (const transactionId of [0, -1, 2_147_483_647]) {
    assert.equal(await status(asked, 'RemoteStopTransaction', { transactionId }), 'Accepted');
  }
  asked.answer = 'rejected';
  assert.equal(await status(asked, 'RemoteStopTransaction', { transactionId: 9 }), 'Rejected');
  assert.deepEqual(asked.calls, ['stop 0', 'stop -1', 'stop 2147483647', 'stop 9']);
});

test('reset passes its kind and answers what the station will do', async () => {
  const asked = new Asked();
  assert.equal(await status(asked, 'Reset', { type: 'Hard' }), 'Accepted');
  asked.answer = 'rejected';
  assert.equal(await status(asked, 'Reset', { type: 'Soft' }), 'Rejected');
  assert.deepEqual(asked.calls, ['reset hard', 'reset soft']);
});

test('clear cache says whether there was one (A-09)', async () => {
  const asked = new Asked();
  assert.equal(await status(asked, 'ClearCache'), 'Accepted');
  asked.answer = 'rejected';
  assert.equal(await status(asked, 'ClearCache'), 'Rejected');
});

describe('TriggerMessage', () => {
  const rows: readonly (readonly [object, string])[] = [
    [{ requestedMessage: 'BootNotification', connectorId: 1 }, 'trigger boot'],
    [{ requestedMessage: 'Heartbeat' }, 'trigger heartbeat'],
    [{ requestedMessage: 'StatusNotification' }, 'trigger status null'],
    [{ requestedMessage: 'StatusNotification', connectorId: 0 }, 'trigger status 0'],
    [{ requestedMessage: 'MeterValues', connectorId: 2 }, 'trigger meterValues 2'],
  ];
  for (const [request, call] of rows) {
    test(`${JSON.stringify(request)} is ${call} (TR-01, TR-02)`, async () => {
      const asked = new Asked();
      assert.equal(await status(asked, 'TriggerMessage', request), 'Accepted');
      assert.deepEqual(asked.calls, [call]);
    });
  }

  test('for an unknown connector is Rejected', async () => {
    const asked = new Asked();
    asked.trigger = 'rejected';
    assert.equal(
      await status(asked, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 9 }),
      'Rejected',
    );
  });
});

test('ChangeConfiguration answers in the words of 1.6, and passes key and value as they are (K-03)', async () => {
  const asked = new Asked();
  const words = {
    accepted: 'Accepted',
    rebootRequired: 'RebootRequired',
    rejected: 'Rejected',
    notSupported: 'NotSupported',
  } as const;
  for (const [outcome, word] of Object.entries(words)) {
    asked.change = outcome as keyof typeof words;
    assert.equal(await status(asked, 'ChangeConfiguration', { key: 'heartbeatinterval', value: ' 60 ' }), word);
  }
  assert.equal(asked.calls[0], 'change heartbeatinterval  60 ');
});

describe('GetConfiguration', () => {
  test('without keys lists all of them; an empty list is none (K-01)', async () => {
    for (const request of [{}, { key: [] }]) {
      assert.deepEqual(await ask(new Asked(), 'GetConfiguration', request), {
        configurationKey: [
          { key: 'HeartbeatInterval', readonly: false, value: '300' },
          { key: 'NumberOfConnectors', readonly: true, value: '2' },
        ],
      });
    }
  });

  test('with keys answers the known in their own spelling and echoes the unknown (K-01)', async () => {
    assert.deepEqual(await ask(new Asked(), 'GetConfiguration', { key: ['heartbeatINTERVAL', 'NoSuch'] }), {
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
      unknownKey: ['NoSuch'],
    });
  });

  test('answers the first of too many (K-01)', async () => {
    const asked = new Asked();
    asked.maxKeys = 2;
    const answer = await ask(asked, 'GetConfiguration', { key: ['A', 'HeartbeatInterval', 'NumberOfConnectors'] });
    assert.deepEqual([(answer['configurationKey'] as unknown[]).length, answer['unknownKey']], [1, ['A']]);
  });

  test('has no value for a secret, and none above 500 characters (K-02, T-18)', async () => {
    const asked = new Asked();
    asked.keys = [
      { key: 'AuthorizationKey', readonly: false },
      { key: 'Long', readonly: true, value: 'x'.repeat(501) },
      { key: 'Full', readonly: true, value: 'x'.repeat(500) },
      { key: 'Empty', readonly: false, value: '' },
    ];
    const asking = { key: ['AuthorizationKey', 'Long', 'Full', 'Empty'] };
    const { configurationKey } = await ask(asked, 'GetConfiguration', asking);
    assert.deepEqual(
      (configurationKey as { key: string; value?: string }[]).map(({ key, value }) => [key, value?.length]),
      [
        ['AuthorizationKey', undefined],
        ['Long', undefined],
        ['Full', 500],
        ['Empty', 0],
      ],
    );
    const { configurationKey: all } = await ask(asked, 'GetConfiguration');
    assert.deepEqual(
      (all as { key: string }[]).map(({ key }) => key),
      ['AuthorizationKey', 'Full', 'Empty'],
    );
    assert.equal(asked.problems.length, 2);
    assert.match(asked.problems[0] ?? '', /Long .* 501 characters/);
  });
});

test('GetLocalListVersion tells the version, and −1 when there is no list (L-03, TC_042_1)', async () => {
  const asked = new Asked();
  for (const [version, told] of [
    [7, 7],
    [0, 0],
    [null, -1],
  ] as const) {
    asked.listVersion = version;
    assert.deepEqual(await ask(asked, 'GetLocalListVersion'), { listVersion: told });
  }
});

test('SendLocalList passes whom it names with what is said of them, and answers in the words of 1.6 (L-01, L-04)', async () => {
  const asked = new Asked();
  const words = {
    accepted: 'Accepted',
    failed: 'Failed',
    versionMismatch: 'VersionMismatch',
    notSupported: 'NotSupported',
  } as const;
  for (const [outcome, word] of Object.entries(words)) {
    asked.listAnswer = outcome as keyof typeof words;
    assert.equal(await status(asked, 'SendLocalList', { listVersion: 3, updateType: 'Full' }), word);
  }
  assert.deepEqual(asked.updates[0], { kind: 'full', version: 3, lines: [] });
  const idTagInfo = { status: 'Blocked', expiryDate: '2026-11-22T12:00:00+01:00', parentIdTag: 'FLEET' };
  const localAuthorizationList = [{ idTag: 'Aa', idTagInfo }, { idTag: 'B' }];
  await ask(asked, 'SendLocalList', { listVersion: 4, updateType: 'Differential', localAuthorizationList });
  const expiryMs = Date.UTC(2026, 10, 22, 11);
  assert.deepEqual(asked.updates.at(-1), {
    kind: 'differential',
    version: 4,
    lines: [
      { idToken: 'Aa', answer: { status: 'blocked', expiryMs, parentIdToken: 'FLEET' } },
      { idToken: 'B', answer: null },
    ],
  });
});

test('DataTransfer passes what the backend sent, and answers in the words of 1.6 (D-01)', async () => {
  const asked = new Asked();
  assert.deepEqual(await ask(asked, 'DataTransfer', { vendorId: 'Acme' }), { status: 'Accepted' });
  const answers: readonly (readonly [DataTransferAnswer, object])[] = [
    [
      { status: 'accepted', data: '' },
      { status: 'Accepted', data: '' },
    ],
    [
      { status: 'rejected', data: 'why' },
      { status: 'Rejected', data: 'why' },
    ],
    [{ status: 'unknownMessageId', data: null }, { status: 'UnknownMessageId' }],
    [{ status: 'unknownVendorId', data: null }, { status: 'UnknownVendorId' }],
  ];
  for (const [answer, expected] of answers) {
    asked.transfer = answer;
    assert.deepEqual(await ask(asked, 'DataTransfer', { vendorId: 'acme', messageId: 'M', data: 'x' }), expected);
  }
  assert.deepEqual(asked.calls.slice(0, 2), ['transfer Acme null null', 'transfer acme M x']);
});

test('whatever keys are asked for, the answer obeys its schema and forgets none of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 50 }), { maxLength: 20 }), async (key) => {
      const answer: IncomingAnswer = await serve('GetConfiguration', { key }, new Asked().commands);
      assert.ok(answer.kind === 'result');
      assert.equal(ocpp16.validateResponse('GetConfiguration', answer.payload), undefined);
      const { unknownKey } = answer.payload as { unknownKey?: string[] };
      assert.deepEqual(key.length === 0 ? [] : (unknownKey ?? []), key);
    }),
  );
});

test('InstallCertificate knows both kinds of roots, and says what became of one (S-11)', async () => {
  const asked = new Asked();
  for (const [outcome, said] of [
    ['accepted', 'Accepted'],
    ['rejected', 'Rejected'],
    ['failed', 'Failed'],
  ] as const) {
    asked.installed = outcome;
    const request = { certificateType: 'CentralSystemRootCertificate', certificate: 'PEM' };
    assert.equal(await status(asked, 'InstallCertificate', request), said);
  }
  await ask(asked, 'InstallCertificate', { certificateType: 'ManufacturerRootCertificate', certificate: 'PEM' });
  assert.deepEqual(asked.calls.slice(2), ['install centralSystem', 'install manufacturer']);
});

test('CertificateSigned passes the chain on, and says whether it is taken (S-09)', async () => {
  const asked = new Asked();
  assert.equal(await status(asked, 'CertificateSigned', { certificateChain: 'PEM' }), 'Accepted');
  asked.signed = 'rejected';
  assert.equal(await status(asked, 'CertificateSigned', { certificateChain: 'PEM 2' }), 'Rejected');
  assert.deepEqual(asked.calls, ['signed PEM', 'signed PEM 2']);
});

test('GetInstalledCertificateIds lists hashes, and says NotFound without an empty list (S-12)', async () => {
  const asked = new Asked();
  assert.deepEqual(await ask(asked, 'GetInstalledCertificateIds', { certificateType: 'ManufacturerRootCertificate' }), {
    status: 'Accepted',
    certificateHashData: [{ hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '1f' }],
  });
  assert.deepEqual(
    await ask(asked, 'GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' }),
    { status: 'NotFound' },
  );
});

test('DeleteCertificate passes the hashes, and says what became of the certificate (S-13)', async () => {
  const asked = new Asked();
  const certificateHashData = {
    hashAlgorithm: 'SHA512',
    issuerNameHash: 'AA',
    issuerKeyHash: 'BB',
    serialNumber: '01F',
  };
  for (const [outcome, said] of [
    ['accepted', 'Accepted'],
    ['notFound', 'NotFound'],
    ['failed', 'Failed'],
  ] as const) {
    asked.deleted = outcome;
    assert.equal(await status(asked, 'DeleteCertificate', { certificateHashData }), said);
  }
  assert.equal(asked.calls[0], 'delete SHA512 01F');
});
