import { Logbook } from '../eichrecht/logbook.ts';
import { SessionArchive } from '../eichrecht/session-archive.ts';
import { SignedArchive } from '../eichrecht/signed-archive.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { SessionRecord } from '../transactions/session-keeping.ts';
import type { NewSigned } from '../transactions/signed-keeping.ts';
import type { ApiArchives } from './archives-port.ts';

const atMs = Date.UTC(2026, 10, 2, 8, 0, 0);
const station = 'test';

/** A key as a meter prints it: a point of secp256r1 in its SubjectPublicKeyInfo. */
export const testKey =
  '3059301306072A8648CE3D020106082A8648CE3D0301070342000498F6B9CDAF92DA11F89CA7D8B8F4BF7D5C6D7D1A0B8F1F3A7F9E1F2A6B7C8D9E0F1A2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E6F708192A3B4C5D6E7';

/** The text of a record that a meter may have signed; its signature fits nothing. */
export function testOcmf(page: string, event: 'B' | 'E', value: string, fields = ''): string {
  const time = event === 'B' ? '2026-11-02T09:00:00,000+0100 I' : '2026-11-02T10:30:00,000+0100 I';
  const reading = `{"TM":"${time}","TX":"${event}","RV":${value},"RI":"01-00:B2.08.00*FF","RU":"kWh","RT":"AC","EF":"","ST":"G"}`;
  const head = `"FV":"1.0","GI":"KERBSIDE SIMULATOR, TEST ONLY","PG":"${page}","MS":"M-1","IS":true,"IT":"ISO14443","ID":"04A1B2C3"`;
  return `OCMF|{${head}${fields},"RD":[${reading}]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"3006020101020101"}`;
}

/** A record for the archive. */
function testSigned(over: Partial<NewSigned> & { readonly data: string }): NewSigned {
  const { data, ...rest } = over;
  const blob = { encoding: 'OCMF', method: 'ECDSA-secp256r1-SHA256', data, publicKey: testKey };
  const place = { transaction: 'tx-1', evse: 1, meterSerial: 'M-1', test: true, timeMs: atMs } as const;
  return { ...place, context: 'Transaction.Begin', blob, carried: true, ...rest };
}

/** A session for the archive. */
function testSession(over: Partial<SessionRecord> = {}): SessionRecord {
  return {
    transaction: 'tx-1',
    evse: 1,
    connector: 1,
    idToken: '04A1B2C3',
    startedMs: atMs,
    endedMs: atMs + 5_400_000,
    meterStartWh: 2_935_600,
    meterStopWh: 2_946_600,
    reason: 'local',
    stopIdToken: null,
    offline: false,
    billing: 'signed',
    problem: null,
    meterSerial: 'M-1',
    test: true,
    ...over,
  };
}

/** Archives with three sessions, of which the first has a begin and an end, and an entry in the logbook. */
export async function testArchives(): Promise<ApiArchives> {
  const store = createMemoryStore();
  const clock = { nowMs: () => atMs, valid: true };
  const onProblem = (): void => undefined;
  const logbook = new Logbook({ station, store, clock });
  const sessions = new SessionArchive({ station, store, onProblem });
  const limits = { capacity: () => 50_000, retentionMs: () => 1e12, onChange: onProblem };
  const signed = new SignedArchive({ station, store, clock, logbook, ...limits, onProblem });
  const { writes } = await signed.add([
    testSigned({ data: testOcmf('T1', 'B', '2935.600') }),
    testSigned({ data: testOcmf('T2', 'E', '2946.600'), context: 'Transaction.End' }),
    testSigned({ data: testOcmf('T4', 'B', '2946.600', ',"TT":"=1+1, \\"0,39 €\\""'), transaction: 'tx/2 ä' }),
  ]);
  await store.commit([...writes, ...sessions.end(testSession())]);
  await store.commit([
    ...sessions.end(testSession({ transaction: 'tx/2 ä', billing: 'unbillable', problem: 'the meter was lost' })),
    { op: 'markArchived', station, archive: 'sessions', of: { group: 'tx-1' }, state: 'delivered', note: '4711' },
    ...sessions.end(testSession({ transaction: 'tx-3', billing: 'unsigned' })),
  ]);
  await logbook.record('timeSet', 1, 'The clock of the meter was set.', 'station', 'M-1');
  return { sessions, signed, logbook, backendTransaction: (key) => (key === 'tx-3' ? '-16' : null) };
}
