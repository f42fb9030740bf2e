import type { ConnectFailure } from '../link/transport.ts';
import { failedAt, findingOf, stageMs } from './attempt-record.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { DoctorStep } from './doctor-report.ts';
import { skipped, technicalLine } from './doctor-report.ts';
import type { Examined } from './examined.ts';
import { adviceFor, dnsAdvice, proxyAdvice, tcpAdvice } from './reach-advice.ts';
import type { Advice } from './reach-advice.ts';

/** DNS: the addresses, or which kind of failure it was. */
export function judgeDns(record: AttemptRecord, examined: Examined): DoctorStep {
  const { host } = examined;
  const found = findingOf(record, 'addresses');
  const durationMs = stageMs(record, 'dns');
  if (failedAt(record) === 'dns')
    return failure(record, {
      step: 'dns',
      advice: dnsAdvice,
      where: host,
      port: null,
      address: null,
      bearer: examined.bearer,
    });
  if (found === undefined) return skipped('dns', `${host} is an address already; there is no name to look up.`);
  const { addresses } = found;
  const text = `${host} has the address${addresses.length > 1 ? 'es' : ''} ${addresses.join(', ')}.`;
  const technical = technicalLine('dns', {
    host,
    addresses: addresses.join(','),
    bearer: examined.bearer,
    ms: durationMs,
  });
  return { step: 'dns', verdict: 'ok', durationMs, text, remedy: null, technical };
}

/** TCP: which address took the connection, or what the refusal means. */
export function judgeTcp(record: AttemptRecord, examined: Examined): DoctorStep {
  const { host, port } = examined;
  const refused = record.findings.flatMap((one) =>
    one.kind === 'addressFailed' ? [`${one.address}:${one.code}`] : [],
  );
  const tried = refused.length === 0 ? null : refused.join(',');
  if (failedAt(record) === 'tcp')
    return failure(record, {
      step: 'tcp',
      advice: tcpAdvice,
      where: host,
      port,
      address: tried,
      bearer: examined.bearer,
    });
  const found = findingOf(record, 'connected');
  const durationMs = stageMs(record, 'tcp');
  const address = found?.address ?? host;
  const whom = examined.proxy === null ? 'The backend' : 'The proxy';
  const others = refused.length === 0 ? '' : ` Not all its addresses did: ${refused.join(', ')}.`;
  const text = `${whom} takes connections at ${address}, port ${port}.${others}`;
  const from = found?.localAddress ?? null;
  const technical = technicalLine('tcp', {
    address,
    port,
    from,
    refused: tried,
    bearer: examined.bearer,
    ms: durationMs,
  });
  return { step: 'tcp', verdict: 'ok', durationMs, text, remedy: null, technical };
}

/** The tunnel through the proxy. */
export function judgeProxy(record: AttemptRecord, examined: Examined): DoctorStep {
  const proxy = examined.proxy ?? '';
  if (failedAt(record) === 'proxy')
    return failure(record, {
      step: 'proxy',
      advice: proxyAdvice,
      where: `the proxy ${proxy}`,
      port: null,
      address: null,
      bearer: examined.bearer,
    });
  const durationMs = stageMs(record, 'proxy');
  const text = `The proxy ${proxy} opened a tunnel to ${examined.backendHost}.`;
  const technical = technicalLine('proxy', { proxy, to: examined.backendHost, ms: durationMs });
  return { step: 'proxy', verdict: 'ok', durationMs, text, remedy: null, technical };
}

interface Failing {
  readonly step: 'dns' | 'tcp' | 'proxy';
  readonly advice: readonly Advice[];
  readonly where: string;
  readonly port: number | null;
  /** The addresses that were tried, with what each said. */
  readonly address: string | null;
  readonly bearer: string | null;
}

function failure(record: AttemptRecord, { step, advice, where, port, address, bearer }: Failing): DoctorStep {
  const code = codeOf(record.failure);
  const durationMs = stageMs(record, step);
  const { text, remedy } = adviceFor(advice, code);
  const place = port === null ? where : `${where}, port ${port}`;
  const technical = technicalLine(step, { host: where, port, code, tried: address, bearer, ms: durationMs });
  return {
    step,
    verdict: 'failed',
    durationMs,
    text: text.replace('{place}', place).replace('{code}', code),
    remedy,
    technical,
  };
}

function codeOf(failed: ConnectFailure | null): string {
  const detail = failed?.detail;
  if (detail?.stage === 'timeout') return 'TIMEOUT';
  return detail !== undefined && 'code' in detail ? detail.code : 'UNKNOWN';
}
