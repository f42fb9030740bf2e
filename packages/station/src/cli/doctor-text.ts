import type { DoctorAddress, DoctorReport, DoctorStep } from '../doctor/doctor-report.ts';
import { columns, wrapped } from './text-layout.ts';

const stepNames: Readonly<Record<DoctorStep['step'], string>> = {
  address: 'address',
  dns: 'DNS',
  tcp: 'TCP',
  proxy: 'proxy',
  tls: 'TLS',
  upgrade: 'WebSocket',
  subProtocol: 'sub-protocol',
  boot: 'BootNotification',
};

const verdictWords: Readonly<Record<DoctorStep['verdict'], string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  skipped: '-',
};

/** What would be connected to, and where each part of it comes from. */
export function addressText({ url, parts }: DoctorAddress): string {
  const width = Math.max(0, ...parts.map(({ value }) => value.length));
  const rows = parts.map(({ name, value, where }) => [name, `${value.padEnd(width)}  ${where}`] as const);
  return lines([url ?? 'There is no address to connect to.', ...columns(rows), '']);
}

/** One step; what failed comes with its remedy, and with the line to copy. `verbose`: every step does. */
export function stepText(step: DoctorStep, verbose: boolean): string {
  const { verdict, durationMs, text, remedy, technical } = step;
  const time = durationMs === null ? '' : `${Math.round(durationMs)} ms`;
  const head = `${verdictWords[verdict].padEnd(8)}${stepNames[step.step].padEnd(17)}${time.padStart(8)}  `;
  const indent = head.length;
  const isDetailed = verbose || verdict === 'failed' || verdict === 'warning';
  return lines([
    ...wrapped(`${head}${text}`, indent),
    ...(isDetailed ? chainLines(step, indent) : []),
    ...(remedy === null ? [] : wrapped(`${' '.repeat(indent - 3)}→  ${remedy}`, indent)),
    // Not broken, so that it can be copied.
    ...(isDetailed && verdict !== 'skipped' ? [`${' '.repeat(indent)}${technical}`] : []),
  ]);
}

function chainLines({ certificates = [] }: DoctorStep, indent: number): readonly string[] {
  return certificates.flatMap(({ subject, issuer, validFromMs, validToMs, names, selfSigned }, index) => {
    const by = selfSigned ? 'itself' : issuer;
    const whom = names.length === 0 ? '' : `; for ${names.join(', ')}`;
    const line = `${index + 1}. ${subject}; issued by ${by}; ${dayOf(validFromMs)} to ${dayOf(validToMs)}${whom}`;
    return wrapped(`${' '.repeat(indent)}${line}`, indent + 3);
  });
}

/** What stands below the steps: who did what, what else is known, and the outcome. */
export function closingText({ mode, silence, notes, verdict, steps }: DoctorReport): string {
  const how = {
    alone: [],
    watched: ['The running station made this attempt; it was only watched.'],
    besideLink: [
      'The station is connected: the last steps are told by its link. --disconnect makes it connect anew, watched.',
    ],
  }[mode];
  return lines([
    '',
    ...[...how, ...notes].flatMap((note) => wrapped(note, 0)),
    ...(silence === null ? [] : [...wrapped(silence.text, 0), ...wrapped(`→  ${silence.remedy}`, 3)]),
    verdict === 'ok' && !isComplete(steps) ? 'What was looked at is in order.' : outcomes[verdict],
  ]);
}

/** Without an answer to BootNotification nobody knows whether the backend takes the station. */
function isComplete(steps: readonly DoctorStep[]): boolean {
  return steps.some(({ step, verdict }) => step === 'boot' && verdict === 'ok');
}

const outcomes: Readonly<Record<DoctorReport['verdict'], string>> = {
  ok: 'Everything is in order.',
  warning: 'It works; see the warnings.',
  failed: 'It does not work; see what to do above.',
  skipped: 'Nothing was looked at.',
};

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
