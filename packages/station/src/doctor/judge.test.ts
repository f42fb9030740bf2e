import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { TlsFinding } from '../link/connect-finding.ts';
import { ConnectFailure } from '../link/transport.ts';
import type { ConnectFailureDetail } from '../link/transport.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { overall, skipped, technicalLine } from './doctor-report.ts';
import type { Examined } from './examined.ts';
import { judgeBoot } from './judge-boot.ts';
import { judgeStep, languageToAsk, stepsOf } from './judge-attempt.ts';

const plain: Examined = {
  url: 'wss://csms.example/CP',
  bearer: 'gsm (wwan0)',
  host: 'csms.example',
  port: 443,
  proxy: null,
  backendHost: 'csms.example',
  secure: true,
  offered: ['ocpp1.6'],
  compression: false,
  passwordBytes: null,
  passwordIsHexText: false,
  nowMs: Date.UTC(2026, 10, 22),
  clockValid: true,
  lowered: false,
  speaks: null,
};

function failedBy(detail: ConnectFailureDetail, findings: AttemptRecord['findings'] = []): AttemptRecord {
  return { stages: new Map(), findings, failure: new ConnectFailure(detail, 'it failed') };
}

describe('the judgement of TCP', () => {
  const kinds: readonly (readonly [detail: ConnectFailureDetail, text: RegExp, remedy: RegExp])[] = [
    [
      { stage: 'timeout', during: 'tcp' },
      /Nothing came back from csms\.example, port 443 \(TIMEOUT\)/,
      /firewall drops/,
    ],
    [{ stage: 'tcp', code: 'ETIMEDOUT' }, /Nothing came back/, /firewall drops/],
    [{ stage: 'tcp', code: 'EHOSTUNREACH' }, /no route to csms\.example/, /gateway/],
    [{ stage: 'tcp', code: 'ENETUNREACH' }, /no route/, /SIM and APN/],
    [{ stage: 'tcp', code: 'ECONNRESET' }, /ended the connection as soon/, /load balancer/],
    [{ stage: 'tcp', code: 'EACCES' }, /This machine does not allow/, /firewall of the station itself/],
    [{ stage: 'tcp', code: 'EADDRNOTAVAIL' }, /no address of its own/, /bearer/],
    [{ stage: 'tcp', code: 'ESTRANGE' }, /failed \(ESTRANGE\)/, /technical line/],
  ];
  for (const [detail, text, remedy] of kinds) {
    it(`of ${JSON.stringify(detail)} tells what it means`, () => {
      const step = judgeStep('tcp', failedBy(detail), plain);
      assert.equal(step.verdict, 'failed');
      assert.match(step.text, text);
      assert.match(step.remedy ?? '', remedy);
      assert.match(step.technical, /bearer="gsm \(wwan0\)"/);
      assert.equal(judgeStep('tls', failedBy(detail), plain).text, 'Not reached.');
    });
  }
});

describe('the judgement of the proxy', () => {
  for (const [code, text] of [
    ['INVALID', /not of the form HOST\[:PORT\]/],
    ['HTTP_403', /forbids the way/],
    ['HTTP_502', /could not reach the backend/],
    ['HTTP_200', /opened no tunnel/],
  ] as const) {
    it(`of ${code} tells what it means`, () => {
      const examined = { ...plain, proxy: 'proxy.example:3128' };
      const step = judgeStep('proxy', failedBy({ stage: 'proxy', code }), examined);
      assert.match(step.text, text);
      assert.match(step.technical, new RegExp(`code=${code}`));
      assert.ok(stepsOf(examined, 'tls').includes('proxy'));
      assert.ok(!stepsOf(plain, 'tls').includes('proxy'));
    });
  }
});

describe('the judgement of TLS', () => {
  const certificate = {
    name: 'box',
    subject: 'CN=box',
    issuer: 'C=US, O=Someone, CN=Public Root',
    validFromMs: 0,
    validToMs: Date.UTC(2030, 0, 1),
    names: ['csms.example'],
    selfSigned: false,
    fingerprint: 'AA:BB',
  };
  const finding: TlsFinding = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    accepted: false,
    verdict: { trusted: false, valid: true, nameMatches: true, explanation: 'The signature is wrong.' },
    warnings: [],
    sent: [certificate],
    missingIssuer: certificate.issuer,
    missingIsPublic: true,
  };
  const refusal = { stage: 'tls', code: 'CERTIFICATE_REFUSED' } as const;

  it('says when the missing root is a public one', () => {
    const step = judgeStep('tls', failedBy(refusal, [{ kind: 'secured', tls: finding }]), plain);
    assert.match(step.text, /“Public Root” is a public one/);
    assert.match(step.remedy ?? '', /tlsTrust to installed\+public/);
    assert.deepEqual(step.certificates, [certificate]);
  });

  it('passes on what else is wrong with a chain', () => {
    const tls = { ...finding, missingIssuer: null, missingIsPublic: false };
    const step = judgeStep('tls', failedBy(refusal, [{ kind: 'secured', tls }]), plain);
    assert.equal(step.text, 'The signature is wrong.');
  });

  it('names everything that is wrong together', () => {
    const verdict = { trusted: false, valid: false, nameMatches: false, explanation: '' };
    const tls = { ...finding, verdict, sent: [{ ...certificate, validToMs: 1, names: [] }] };
    const { text } = judgeStep('tls', failedBy(refusal, [{ kind: 'secured', tls }]), plain);
    assert.match(
      text,
      /public one.*ended on 1970-01-01\. The station’s clock shows .* The certificate is for box, not for csms\.example/,
    );
  });

  it('knows a handshake that was cut', () => {
    const step = judgeStep('tls', failedBy({ stage: 'tls', code: 'ECONNRESET' }), plain);
    assert.match(step.text, /in the middle of the TLS handshake/);
    const unknown = judgeStep('tls', failedBy({ stage: 'tls', code: 'TLS_CLIENT_REFUSED' }), plain);
    assert.match(unknown.text, /does not accept the certificate of the station/);
    const strange = judgeStep('tls', failedBy({ stage: 'tls', code: 'ERR_SSL_ODD' }), plain);
    assert.match(strange.text, /failed \(ERR_SSL_ODD\)/);
  });
});

describe('the question in the other language', () => {
  const cases: readonly (readonly [secure: boolean, detail: ConnectFailureDetail, language: string | null])[] = [
    [true, { stage: 'tls', code: 'TLS_NOT_SPOKEN' }, 'http'],
    [true, { stage: 'timeout', during: 'tls' }, 'http'],
    [true, { stage: 'tls', code: 'CERTIFICATE_REFUSED' }, null],
    [true, { stage: 'tls', code: 'TLS_VERSION' }, null],
    [true, { stage: 'tls', code: 'TLS_CLIENT_REFUSED' }, null],
    [true, { stage: 'tcp', code: 'ECONNREFUSED' }, null],
    [false, { stage: 'upgrade', status: 0 }, 'tls'],
    [false, { stage: 'upgrade', status: 400 }, 'tls'],
    [false, { stage: 'timeout', during: 'upgrade' }, 'tls'],
    [false, { stage: 'upgrade', status: 401 }, null],
    [false, { stage: 'dns', code: 'ENOTFOUND' }, null],
  ];
  for (const [secure, detail, language] of cases) {
    it(`after ${JSON.stringify(detail)} over ${secure ? 'wss' : 'ws'} is ${language ?? 'not asked'}`, () => {
      assert.equal(languageToAsk(failedBy(detail), { ...plain, secure }), language);
    });
  }
});

describe('the judgement of BootNotification', () => {
  const exchange = { durationMs: 10, clockDifferenceMs: null, closed: null, limitMs: 30_000 } as const;
  const answer = { status: 'accepted', timeMs: 0, intervalSeconds: 60 } as const;
  for (const [differenceMs, verdict, text] of [
    [400, 'ok', /The clocks agree/],
    [-30_500, 'ok', /30\.5 s behind/],
    [-90_000, 'warning', /90\.0 s behind/],
    [86_400_000, 'warning', /1440 min ahead of/],
  ] as const) {
    it(`takes a clock that is ${differenceMs} ms away as ${verdict}`, () => {
      const step = judgeBoot({ ...exchange, clockDifferenceMs: differenceMs, outcome: { kind: 'answered', answer } });
      assert.equal(step.verdict, verdict);
      assert.match(step.text, text);
    });
  }

  it('tells what can keep it from leaving', () => {
    const step = judgeBoot({ ...exchange, outcome: { kind: 'notSendable', problem: '/chargePointModel too long' } });
    assert.match(`${step.text} ${step.remedy}`, /chargePointModel too long.*station\.model/);
    const security = {
      kind: 'refused',
      code: 'SecurityError',
      text: 'SecurityError',
      final: false,
      security: true,
    } as const;
    assert.match(judgeBoot({ ...exchange, outcome: security }).remedy ?? '', /admit this identity/);
  });
});

describe('a report', () => {
  it('is as bad as its worst step', () => {
    const of = (...verdicts: ('ok' | 'warning' | 'failed')[]): string =>
      overall([skipped('dns', ''), ...verdicts.map((verdict) => ({ ...skipped('tcp', ''), verdict }))]);
    assert.deepEqual(
      [of(), of('ok'), of('ok', 'warning'), of('warning', 'failed', 'ok')],
      ['skipped', 'ok', 'warning', 'failed'],
    );
  });

  it('has lines to copy without line breaks, texts with blanks in quotes', () => {
    const line = technicalLine('upgrade', { status: 401, server: 'a b\n"c"', location: null, ms: 12.4 });
    assert.equal(line, 'upgrade status=401 server="a b\\n\\"c\\"" ms=12');
  });
});
