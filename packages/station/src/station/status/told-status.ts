import { statusPath, type ConnectorStatus } from '../../evse/connector-status.ts';
import type { ShownFault, ShownStatus } from '../../evse/shown-status.ts';

/** What a backend is told of a status. */
export interface ToldStatus {
  readonly status: ConnectorStatus;
  readonly errorCode: string;
  readonly info: string | null;
  readonly vendorErrorCode: string | null;
}

/** Which classes of StatusNotifications the backend wants (parameters.md rows 14 to 16). */
export interface StatusClasses {
  /** `status.sendInformative`: without a change of status or error. */
  readonly informative: boolean;
  /** `status.sendErrors`: details of errors, warnings, resolutions. */
  readonly errors: boolean;
  /** `status.sendUsbErrors`: those of USB devices too; needs `errors`. */
  readonly usbErrors: boolean;
}

/** What became of the status of one connector since the backend was told last. */
export interface StatusChange {
  /** What the backend was told last. */
  readonly told: ToldStatus;
  /** What was shown then, and what is shown now. */
  readonly before: ShownStatus;
  readonly now: ShownStatus;
}

/** What a backend is told of the present: Faulted always has its true code, all else about faults only when it is wanted. */
export function toldStatus({ status, note, faults }: ShownStatus, classes: StatusClasses): ToldStatus {
  const wanted = faults.find((fault) => isWanted(fault, classes));
  const [first] = faults;
  if (status === 'Faulted' && first !== undefined && first !== wanted) return bare(status, first.errorCode);
  return wanted === undefined ? { ...bare(status), info: note } : withFault(status, wanted);
}

/**
 * What a backend is told of a change, in order: every transition by a legal way, each fault that came, each that went (NoError
 * with a text; while Faulted stays, only another code is told), and at last a fault that is still there. Nothing is told twice (N-01), and NoError is the last word only when no
 * fault is left.
 */
export function toldChange(change: StatusChange, classes: StatusClasses): readonly ToldStatus[] {
  const { told, before, now } = change;
  const news = toldStatus(now, classes);
  const came = now.faults.filter((fault) => isNew(fault, before)).filter((fault) => isWanted(fault, classes));
  const went = before.faults.filter((fault) => isNew(fault, now)).filter((fault) => isWanted(fault, classes));
  const others = came.map((fault) => withFault(now.status, fault));
  if (told.status !== now.status) return withoutRepetitions(told, [...wayTo(told.status, news, went), ...others]);
  const over = resolutions(news, went);
  const says = over.length > 0 || hasNewNote(before, now) || !isStillTrue(change, classes);
  return withoutRepetitions(told, [...over, ...(says ? [news] : []), ...others]);
}

/** Whether what the backend heard last is what shows, or a fault beside it. */
function isStillTrue({ told, now }: StatusChange, classes: StatusClasses): boolean {
  const active = now.faults.filter((fault) => isWanted(fault, classes)).map((fault) => withFault(now.status, fault));
  return [toldStatus(now, classes), ...active].some((each) => isSame(each, told));
}

/** Faulted cannot say NoError, and the same Faulted twice would be a repetition: there only another code is news. */
function resolutions(news: ToldStatus, went: readonly ShownFault[]): readonly ToldStatus[] {
  if (news.status === 'Faulted') return [];
  return went.map((fault) => ({ ...bare(news.status), info: resolved(fault) }));
}

/** A text that came is told; one that went is no news (N-01). */
function hasNewNote(before: ShownStatus, now: ShownStatus): boolean {
  return now.note !== null && now.note !== before.note;
}

function wayTo(from: ConnectorStatus, news: ToldStatus, went: readonly ShownFault[]): readonly ToldStatus[] {
  const between = statusPath(from, news.status).slice(0, -1);
  const [over] = went;
  const says = over !== undefined && news.errorCode === 'NoError' && news.info === null;
  return [...between.map((status) => bare(status)), says ? { ...news, info: resolved(over) } : news];
}

/** Leaves out what says the same as the report before it; another text is news only with NoError (N-01). */
function withoutRepetitions(told: ToldStatus, reports: readonly ToldStatus[]): readonly ToldStatus[] {
  const kept: ToldStatus[] = [];
  for (const report of reports) {
    const last = kept.at(-1) ?? told;
    const informs = report.errorCode === 'NoError' && report.info !== null && report.info !== last.info;
    if (!isSame(last, report) || informs) kept.push(report);
  }
  return kept;
}

function isSame(left: ToldStatus, right: ToldStatus): boolean {
  return (
    left.status === right.status && left.errorCode === right.errorCode && left.vendorErrorCode === right.vendorErrorCode
  );
}

function isNew(fault: ShownFault, among: ShownStatus): boolean {
  return !among.faults.some((other) => other.id === fault.id);
}

function isWanted(fault: ShownFault, { errors, usbErrors }: StatusClasses): boolean {
  return errors && (usbErrors || !fault.usb);
}

function withFault(status: ConnectorStatus, { errorCode, text, vendorErrorCode }: ShownFault): ToldStatus {
  return { status, errorCode, info: text, vendorErrorCode };
}

/** Backends cut texts at the end: the word that matters comes first. */
function resolved(fault: ShownFault): string {
  return `Resolved: ${fault.text}`;
}

function bare(status: ConnectorStatus, errorCode = status === 'Faulted' ? 'OtherError' : 'NoError'): ToldStatus {
  return { status, errorCode, info: null, vendorErrorCode: null };
}
