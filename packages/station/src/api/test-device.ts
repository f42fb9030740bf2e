import { KerbsideError } from '../core/errors.ts';
import type { ApiDevice } from './device-port.ts';
import type { FirmwareUpload } from './firmware-port.ts';

/** A device for tests of the API and the command line: everything is recorded in `calls`. */
export function testDevice(calls: string[]): ApiDevice {
  return {
    outbox: testOutbox(calls),
    authorization: testAuthorization(calls),
    certificate: testCertificate(calls),
    firmware: testFirmware(calls),
    scheduled: testScheduled(),
  };
}

function testOutbox(calls: string[]): ApiDevice['outbox'] {
  const counted = { enqueued: 9, transmitted: 8, delivered: 7, refused: 1, unanswered: 0, cut: 0 };
  return {
    view: () =>
      Promise.resolve({
        inFlight: { action: 'MeterValues', ageMs: 1_500, id: 'abc-12' },
        waiting: { transaction: 2, event: 1, state: 0 },
        waitingByAction: { MeterValues: 2, SecurityEventNotification: 1 },
        parked: 1,
        bytes: 640,
        bound: 5_000,
        nextRetryMs: Date.UTC(2026, 10, 22, 12),
        attempts: 2,
        lastError: 'InternalError: no',
        oldestMs: Date.UTC(2026, 10, 22, 11),
        storeBlocked: false,
        overflow: false,
        counters: { ...counted, parked: 1, dropped: 0, thinned: 0 },
      }),
    resend: (seq) => {
      calls.push(`resend ${seq}`);
      if (seq !== 7) throw new KerbsideError('outbox.unknown', `There is no message ${seq}.`);
    },
    delete: (seq, confirm, { who, role }) => {
      calls.push(`delete ${seq} ${confirm} ${who} ${role}`);
      if (seq !== 7) return Promise.reject(new KerbsideError('outbox.unknown', `There is no message ${seq}.`));
      if (confirm) return Promise.resolve(3);
      return Promise.reject(new KerbsideError('outbox.confirm', 'Without message 7 t1 cannot be billed.'));
    },
  };
}

function testAuthorization(calls: string[]): ApiDevice['authorization'] {
  const accepted = { status: 'accepted', expiryMs: 86_400_000, parentIdToken: 'FLEET' } as const;
  return {
    cache: (from, count) => {
      calls.push(`cache ${from} ${count}`);
      return { enabled: true, count: 1, size: 1000, entries: [{ idTag: 'Card1', updatedMs: 1_000, ...accepted }] };
    },
    clearCache: () => {
      calls.push('clearCache');
      return Promise.resolve(1);
    },
    decide: (card) => ({
      idTag: card,
      decision: 'ask',
      by: 'backend',
      online: true,
      otherwise: { decision: 'accept', by: 'cache' },
      known: { localList: null, whiteList: false, cache: accepted },
    }),
  };
}

function testCertificate(calls: string[]): ApiDevice['certificate'] {
  return {
    problems: () => [{ en: 'The certificate ends.', de: 'Das Zertifikat läuft ab.' }],
    request: ({ commonName = 'own', organization = 'own' }) => {
      calls.push(`csr ${commonName} ${organization}`);
      return Promise.resolve('-----BEGIN CERTIFICATE REQUEST-----\n');
    },
    install: (chain) => {
      calls.push(`installOwn ${chain}`);
      if (chain === 'foreign')
        return Promise.reject(new KerbsideError('certificate.refused', 'It is for no key of this station.'));
      return Promise.resolve(true);
    },
  };
}

function testFirmware(calls: string[]): ApiDevice['firmware'] {
  const known = (what: string, id: string): Promise<void> => {
    calls.push(`${what} ${id}`);
    if (id === 'up-1') return Promise.resolve();
    return Promise.reject(new KerbsideError('firmware.unknown', `There is no uploaded firmware ${id}.`));
  };
  return {
    upload: async (image, { signature, certificate, length }) => {
      let size = 0;
      for await (const piece of image) size += piece.length;
      calls.push(`upload ${size} of ${length} ${signature} ${certificate}`);
      const upload: FirmwareUpload = {
        id: 'up-1',
        state: 'kept',
        received: size,
        size,
        sha256: 'ab',
        publisher: certificate,
        version: '2.0.0',
        verified: signature !== null,
        refusal: null,
      };
      return upload;
    },
    install: (id, { who }) => known(`install by ${who}`, id),
    discard: (id) => known('discard', id),
  };
}

function testScheduled(): ApiDevice['scheduled'] {
  let waiting: ReturnType<ApiDevice['scheduled']['view']> = null;
  return {
    view: () => waiting,
    set: (changes, { who }) => {
      waiting = { changes: Object.fromEntries(changes.map(({ name, value }) => [name, value])), who, atMs: 0 };
      return Promise.resolve();
    },
    cancel: () => {
      waiting = null;
      return Promise.resolve();
    },
  };
}
