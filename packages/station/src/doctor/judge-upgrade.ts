import { failedAt, findingOf, stageMs } from './attempt-record.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { DoctorStep } from './doctor-report.ts';
import { skipped, technicalLine } from './doctor-report.ts';
import type { Examined } from './examined.ts';
import { passwordRemedy, passwordSentence, statusAdvice } from './status-advice.ts';

/** The upgrade to a WebSocket: what the HTTP status means. */
export function judgeUpgrade(record: AttemptRecord, examined: Examined): DoctorStep {
  const durationMs = stageMs(record, 'upgrade');
  const answer = findingOf(record, 'answered');
  const technical = technicalLine('upgrade', {
    url: examined.url,
    status: answer?.status ?? null,
    server: answer?.server ?? null,
    location: answer?.location ?? null,
    extensions: answer?.extensions ?? null,
    password: examined.passwordBytes === null ? 'none' : `${examined.passwordBytes}bytes`,
    speaks: examined.speaks,
    problem: failedAt(record) === 'upgrade' ? (record.failure?.message ?? null) : null,
    ms: durationMs,
  });
  const common = { step: 'upgrade', durationMs, technical } as const;
  if (failedAt(record) !== 'upgrade') {
    const server = answer?.server ?? null;
    const text = `The server took the WebSocket (HTTP 101${server === null ? '' : `, ${server}`}).`;
    return { ...common, verdict: 'ok', text, remedy: null };
  }
  return { ...common, verdict: 'failed', ...whatFailed(record, examined) };
}

type Told = Pick<DoctorStep, 'text' | 'remedy'>;

function whatFailed(record: AttemptRecord, examined: Examined): Told {
  const answer = findingOf(record, 'answered');
  if (examined.speaks === 'tls') {
    return {
      text: `The server at ${examined.host}, port ${examined.port}, speaks TLS, and the address begins with ws.`,
      remedy: 'Set backend.protocol to wss.',
    };
  }
  if (answer?.status === 101) return badHandshake(answer.extensions, examined);
  if (answer !== undefined) return status(answer.status, answer.statusText, answer.location, examined);
  if (record.failure?.detail.stage === 'timeout') {
    return {
      text: 'The server took the connection and never answered the request for a WebSocket.',
      remedy:
        'Check backend.port and backend.path. A load balancer whose backend is down does that as well; ask the backend’s operator.',
    };
  }
  return {
    text: `The server did not answer in HTTP: ${record.failure?.message ?? 'the connection ended'}.`,
    remedy: 'Check backend.port: it may belong to another service.',
  };
}

/** HTTP 101 that RFC 6455 does not allow to go on with. */
function badHandshake(extensions: string | null, { compression }: Examined): Told {
  if (extensions !== null && !compression) {
    return {
      text: `The server took the WebSocket with the extension “${extensions}”, which was not offered (RFC 6455 §9.1).`,
      remedy: 'Have the backend’s operator correct it; until then try backend.compression on.',
    };
  }
  return {
    text: 'The server took the WebSocket, but its answer breaks RFC 6455.',
    remedy: 'Something between here and the backend may change the answer. Pass the technical line on to its operator.',
  };
}

function status(code: number, text: string, location: string | null, examined: Examined): Told {
  const row = statusAdvice.find(({ from, to }) => code >= from && code <= to);
  const said = `The server answered ${`${code} ${text}`.trim()}`;
  const target = location === null ? '' : ` It names ${location}.`;
  if (row === undefined) return { text: `${said}.`, remedy: 'Pass the technical line on to the backend’s operator.' };
  const password = row.credentials ? ` ${passwordSentence(examined)}` : '';
  const remedy = row.credentials ? `${row.remedy} ${passwordRemedy(examined)}` : row.remedy;
  return { text: `${said}: ${row.meaning}.${target}${password}`, remedy: remedy.trim() };
}

/** The sub-protocol: which OCPP version was agreed upon (T-03, T-04). */
export function judgeSubProtocol(record: AttemptRecord, { offered }: Examined): DoctorStep {
  const selected = findingOf(record, 'answered')?.subProtocol ?? null;
  const words = { offered: offered.join(','), selected: selected ?? 'none' };
  const common = { step: 'subProtocol', durationMs: null, technical: technicalLine('subProtocol', words) } as const;
  const list = offered.join(', ');
  if (failedAt(record) !== 'subProtocol') {
    if (selected === null) return skipped('subProtocol', 'Nothing is known of the sub-protocol.');
    return { ...common, verdict: 'ok', text: `The backend selected ${selected}; offered: ${list}.`, remedy: null };
  }
  if (selected === null) {
    const text = `The backend took the WebSocket and selected no sub-protocol; offered: ${list}. No OCPP may be spoken then.`;
    const remedy =
      'Check backend.path: it may lead to another WebSocket service. Otherwise the backend’s operator has to select a version of OCPP-J.';
    return { ...common, verdict: 'failed', text, remedy };
  }
  const text = `The backend selected the sub-protocol “${selected}”, which was not offered; offered: ${list}.`;
  const remedy = 'Set backend.communicationType to a version that the backend speaks, or auto.';
  return { ...common, verdict: 'failed', text, remedy };
}
