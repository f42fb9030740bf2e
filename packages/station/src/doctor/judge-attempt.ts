import { failedAt } from './attempt-record.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { DoctorStep, DoctorStepId } from './doctor-report.ts';
import { skipped } from './doctor-report.ts';
import type { Examined } from './examined.ts';
import { judgeDns, judgeProxy, judgeTcp } from './judge-reach.ts';
import { judgeTls } from './judge-tls.ts';
import { judgeSubProtocol, judgeUpgrade } from './judge-upgrade.ts';

/** The steps that one attempt goes through. */
export type AttemptStep = Exclude<DoctorStepId, 'address' | 'boot'>;

const judges: Readonly<Record<AttemptStep, (record: AttemptRecord, examined: Examined) => DoctorStep>> = {
  dns: judgeDns,
  tcp: judgeTcp,
  proxy: judgeProxy,
  tls: judgeTls,
  upgrade: judgeUpgrade,
  subProtocol: judgeSubProtocol,
};

/** The steps of an attempt in their order; `until`: how far it goes. */
export function stepsOf({ proxy }: Examined, until: 'tls' | 'subProtocol'): readonly AttemptStep[] {
  const reach: readonly AttemptStep[] = proxy === null ? ['dns', 'tcp', 'tls'] : ['dns', 'tcp', 'proxy', 'tls'];
  return until === 'tls' ? reach : [...reach, 'upgrade', 'subProtocol'];
}

/** Judges one step of an attempt that got so far; what lies behind the failure was not reached. */
export function judgeStep(step: AttemptStep, record: AttemptRecord, examined: Examined): DoctorStep {
  const failed = failedAt(record);
  const order = stepsOf(examined, 'subProtocol');
  if (failed !== null && order.indexOf(step) > order.indexOf(failed)) return notReached(step);
  return judges[step](record, examined);
}

/** A step behind one that failed. */
export function notReached(step: DoctorStepId): DoctorStep {
  return skipped(step, 'Not reached.');
}

/** In which other language the server should be asked after a failure; null when nothing would be learned. */
export function languageToAsk(record: AttemptRecord, { secure }: Examined): 'http' | 'tls' | null {
  const failure = record.failure;
  if (failure === null) return null;
  const { detail } = failure;
  const at = failedAt(record);
  if (secure && at === 'tls') {
    const known =
      detail.stage === 'tls' && /^(CERTIFICATE_REFUSED|TLS_VERSION|TLS_CIPHER|TLS_CLIENT_REFUSED)$/u.test(detail.code);
    return known ? null : 'http';
  }
  if (secure || at !== 'upgrade') return null;
  // Some servers tell in HTTP, with status 400, that their port belongs to TLS.
  const unclear = detail.stage === 'timeout' || (detail.stage === 'upgrade' && [0, 400].includes(detail.status));
  return unclear ? 'tls' : null;
}
