import type { CertificateFacts } from '../security/certificate-facts.ts';
import type { TlsFinding } from '../link/connect-finding.ts';
import { failedAt, findingOf, stageMs } from './attempt-record.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { DoctorStep } from './doctor-report.ts';
import { skipped, technicalLine } from './doctor-report.ts';
import type { Examined } from './examined.ts';

/** A certificate that ends so soon is warned of. */
const WARN_BEFORE_MS = 30 * 86_400_000;

/** TLS: version, cipher and the chain that the server sent, or what is wrong with it. */
export function judgeTls(record: AttemptRecord, examined: Examined): DoctorStep {
  if (!examined.secure) {
    const password = examined.passwordBytes === null ? '' : ', the password neither';
    return skipped('tls', `The address begins with ws: nothing is encrypted${password}.`);
  }
  const durationMs = stageMs(record, 'tls');
  const found = findingOf(record, 'secured')?.tls;
  const failed = failedAt(record) === 'tls';
  if (found === undefined || isClientRefused(record)) return noHandshake(record, examined, durationMs);
  const judged = failed ? refused(found, examined) : accepted(found, examined);
  return {
    step: 'tls',
    durationMs,
    ...judged,
    certificates: found.sent,
    technical: technicalLine('tls', { ...technicalOf(found, examined), ms: durationMs }),
  };
}

/** In TLS 1.3 the backend judges the station's certificate after its own was accepted here. */
function isClientRefused({ failure }: AttemptRecord): boolean {
  return failure?.detail.stage === 'tls' && failure.detail.code === 'TLS_CLIENT_REFUSED';
}

type Judged = Pick<DoctorStep, 'verdict' | 'text' | 'remedy'>;

function accepted(found: TlsFinding, { nowMs, lowered }: Examined): Judged {
  const [leaf] = found.sent;
  const endMs = Math.min(...found.sent.map(({ validToMs }) => validToMs));
  const days = Math.floor((endMs - nowMs) / 86_400_000);
  const soon = endMs >= nowMs && endMs - nowMs < WARN_BEFORE_MS;
  const certificate = `the certificate “${leaf?.name ?? ''}” is accepted and valid until ${dayOf(leaf?.validToMs ?? 0)}`;
  const text = [`${found.version} with ${found.cipher}; ${certificate}.`, ...found.warnings].join(' ');
  if (soon) {
    const ends = `A certificate of the chain ends in ${days} day${days === 1 ? '' : 's'}.`;
    return { verdict: 'warning', text: `${text} ${ends}`, remedy: 'Have the backend’s operator renew it in time.' };
  }
  if (found.warnings.length === 0) return { verdict: 'ok', text, remedy: null };
  const remedy = lowered
    ? 'Set backend.tlsVerification to strict as soon as the backend’s certificate is in order.'
    : 'The certificate is judged again when the backend has set the clock; nothing to do.';
  return { verdict: 'warning', text, remedy };
}

function refused(found: TlsFinding, examined: Examined): Judged {
  const { verdict, sent } = found;
  const problems: (readonly [text: string, remedy: string])[] = [];
  if (!verdict.trusted) problems.push(distrust(found));
  if (!verdict.valid) problems.push(...outdated(sent, examined));
  if (!verdict.nameMatches) problems.push(otherName(sent[0], examined.backendHost));
  // What has a reason of its own, such as a signature that does not fit, stands in the explanation.
  if (problems.length === 0)
    problems.push([verdict.explanation, 'Have the backend’s operator put the certificate right.']);
  return {
    verdict: 'failed',
    text: problems.map(([text]) => text).join(' '),
    remedy: [...new Set(problems.map(([, remedy]) => remedy))].join(' '),
  };
}

function distrust({ sent, missingIssuer, missingIsPublic, verdict }: TlsFinding): readonly [string, string] {
  if (missingIssuer === null)
    return [verdict.explanation, 'Have the backend’s operator put the certificate chain right.'];
  const issuer = commonName(missingIssuer);
  const last = sent.findLast((one) => one.issuer === missingIssuer);
  if (missingIsPublic) {
    return [
      `The root “${issuer}” is a public one, and public roots are not trusted here (backend.tlsTrust).`,
      'Set backend.tlsTrust to installed+public, or install this root alone: kerbside certificates install FILE.',
    ];
  }
  if (last?.selfSigned === true) {
    return [
      sent.length === 1
        ? `The server’s only certificate “${issuer}” is signed by itself, and it is not trusted here.`
        : `The chain ends in the root “${issuer}”, which is not trusted here.`,
      `If this is the right backend, add that certificate to the file backend.tlsCaFile; compare its fingerprint (${last.fingerprint}) with the operator’s first.`,
    ];
  }
  if (last === sent[0]) {
    return [
      `The server sends no certificate of the authority “${issuer}”, which signed its own, and that authority is not trusted here.`,
      `If “${issuer}” is an intermediate authority, the server must send its certificate too (the full chain). If it is the root, add it to the file backend.tlsCaFile, or install it: kerbside certificates install FILE.`,
    ];
  }
  return [
    `The root “${issuer}”, which signed “${last?.name ?? 'the last certificate'}”, is missing: it is not trusted here.`,
    `Add the certificate of “${issuer}” to the file backend.tlsCaFile, or install it: kerbside certificates install FILE.`,
  ];
}

function outdated(sent: readonly CertificateFacts[], { nowMs, clockValid }: Examined): (readonly [string, string])[] {
  const shows = clockValid ? 'The station’s clock shows' : 'The station’s clock is not set and assumes';
  const clock = `${shows} ${new Date(nowMs).toISOString()}.`;
  return sent.flatMap(({ name, validFromMs, validToMs }): (readonly [string, string])[] => {
    if (validToMs < nowMs) {
      return [
        [
          `The certificate “${name}” ended on ${dayOf(validToMs)}. ${clock}`,
          'Have the backend’s operator renew it; if the station’s clock is wrong, set that right (NTP).',
        ],
      ];
    }
    if (validFromMs <= nowMs) return [];
    return [
      [
        `The certificate “${name}” begins on ${dayOf(validFromMs)}. ${clock}`,
        'Set the station’s clock right (NTP); if it is right, the backend’s operator has to install another certificate.',
      ],
    ];
  });
}

function otherName(leaf: CertificateFacts | undefined, host: string): readonly [string, string] {
  const names = leaf === undefined || leaf.names.length === 0 ? (leaf?.name ?? 'no name') : leaf.names.join(', ');
  return [
    `The certificate is for ${names}, not for ${host}.`,
    'Enter one of these names as backend.host, or have the operator get a certificate for this one.',
  ];
}

function noHandshake(record: AttemptRecord, { speaks, host, port }: Examined, durationMs: number | null): DoctorStep {
  const detail = record.failure?.detail;
  const code = detail?.stage === 'timeout' ? 'TIMEOUT' : detail?.stage === 'tls' ? detail.code : 'UNKNOWN';
  const technical = technicalLine('tls', { code, speaks, ms: durationMs });
  const row = speaks === 'http' ? plainHttp : (handshakeFailures.find(({ codes }) => codes.test(code)) ?? otherFailure);
  const text = row.text.replace('{place}', `${host}, port ${port},`).replace('{code}', code);
  return { step: 'tls', verdict: 'failed', durationMs, text, remedy: row.remedy, technical };
}

const plainHttp = {
  text: 'The server at {place} speaks plain HTTP, not TLS.',
  remedy: 'Set backend.protocol to ws, or enter the port at which the backend offers TLS (most often 443).',
} as const;

const handshakeFailures: readonly { readonly codes: RegExp; readonly text: string; readonly remedy: string }[] = [
  {
    codes: /^TLS_VERSION$/u,
    text: 'The server at {place} offers no TLS 1.2 or later; older versions are not secure and are not spoken.',
    remedy: 'Have the backend’s operator switch TLS 1.2 or 1.3 on.',
  },
  {
    codes: /^TLS_CIPHER$/u,
    text: 'The server at {place} and the station have no cipher suite in common, or the server asks for a client certificate.',
    remedy:
      'Have the backend’s operator allow a suite with AES-GCM (such as ECDHE-ECDSA-AES128-GCM-SHA256), and ask whether stations need a certificate (security profile 3).',
  },
  {
    codes: /^TLS_CLIENT_REFUSED$/u,
    text: 'The server at {place} does not accept the certificate of the station, or asks for one and got none.',
    remedy:
      'Have the backend’s operator check that the authority which signed the station’s certificate is known to the server. Without a certificate the station cannot use security profile 3.',
  },
  {
    codes: /^TLS_NOT_SPOKEN$/u,
    text: 'Whatever answers at {place} does not speak TLS.',
    remedy: 'Check backend.port, and whether the backend wants ws (backend.protocol).',
  },
  {
    codes: /^TIMEOUT$/u,
    text: 'The server at {place} took the connection and then said nothing.',
    remedy: 'Check backend.port: it may belong to another service. A firewall that inspects TLS does that as well.',
  },
  {
    codes: /^(ECONNRESET|EPIPE)$/u,
    text: 'The connection to {place} was ended in the middle of the TLS handshake ({code}).',
    remedy:
      'A firewall that inspects TLS does that, a server that knows no such host name (SNI), or one at whose port no TLS is spoken.',
  },
];

const otherFailure = {
  text: 'The TLS handshake with {place} failed ({code}).',
  remedy: 'Pass the technical line on to the backend’s operator.',
} as const;

function technicalOf(found: TlsFinding, { backendHost }: Examined): Parameters<typeof technicalLine>[1] {
  const { version, cipher, verdict, sent, missingIssuer } = found;
  return {
    version,
    cipher,
    host: backendHost,
    trusted: verdict.trusted,
    valid: verdict.valid,
    name: verdict.nameMatches,
    sent: sent.map(({ name }) => name).join(' < '),
    missing: missingIssuer,
    sha256: sent[0]?.fingerprint ?? null,
  };
}

function commonName(distinguished: string): string {
  return /(?:^|, )CN=([^,]*)/u.exec(distinguished)?.[1] ?? distinguished;
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
