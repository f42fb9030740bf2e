import { logLines, type LogLine, type LogPeriod } from './log-file.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { SecretTexts } from './secret-texts.ts';
import { zipped, type ArchiveFile } from './zip-archive.ts';

/** A file of the diagnostics before anything is taken out of it. */
export type DraftFile =
  | { readonly name: string; readonly kind: 'lines'; readonly lines: readonly LogLine[] }
  /** Its lines are messages: what they name as a card is one everywhere. */
  | { readonly name: string; readonly kind: 'messages'; readonly lines: readonly LogLine[] }
  | { readonly name: string; readonly kind: 'json'; readonly value: unknown };

/** What the files are made with. */
export interface DraftSurroundings {
  readonly period: LogPeriod;
  readonly names: Pseudonyms;
  readonly secrets: SecretTexts;
  /** The wall clock. */
  readonly nowMs: number;
  /** Lets everything else go on. */
  readonly pause: () => Promise<void>;
}

/** All files together have no more, and so no file has more than its part. */
const mostBytes = 8_000_000;
const linesAtATime = 200;

const cardMembers: ReadonlySet<string> = new Set(['idTag', 'parentIdTag', 'idToken', 'parentIdToken', 'cards']);

/** Takes cards and secrets out of the files, leaves out what is not of the period or too old, and packs them. */
export async function packedDraft(drafts: readonly DraftFile[], around: DraftSurroundings): Promise<Uint8Array> {
  for (const draft of drafts) if (draft.kind === 'messages') await learn(draft.lines, around);
  const files: ArchiveFile[] = [];
  for (const draft of drafts)
    files.push({ name: draft.name, text: await cleared(draft, mostBytes / drafts.length, around) });
  return zipped(files, around.nowMs, around.pause);
}

async function learn(lines: readonly LogLine[], { names, pause }: DraftSurroundings): Promise<void> {
  for (let at = 0; at < lines.length; at += linesAtATime) {
    for (const { text } of lines.slice(at, at + linesAtATime)) names.message(text);
    await pause();
  }
}

async function cleared(draft: DraftFile, bytes: number, around: DraftSurroundings): Promise<string> {
  const { names, secrets, period, pause } = around;
  if (draft.kind === 'json') {
    const text = `${JSON.stringify(clearedJson(draft.value, null, around), null, 2)}\n`;
    return text.length <= bytes ? text : `${JSON.stringify({ leftOut: 'It is too long.' })}\n`;
  }
  const clear: LogLine[] = [];
  for (let at = 0; at < draft.lines.length; at += linesAtATime) {
    for (const { atMs, text } of draft.lines.slice(at, at + linesAtATime))
      clear.push({ atMs, text: secrets.text(names.text(names.message(text))) });
    await pause();
  }
  return `${logLines(clear, period, bytes).join('\n')}\n`;
}

/** Numbers stay what they are, whatever cards there are. */
function clearedJson(value: unknown, member: string | null, around: DraftSurroundings): unknown {
  const { names, secrets } = around;
  if (typeof value === 'string') {
    if (member !== null && cardMembers.has(member)) return names.nameOf(value);
    return secrets.text(names.text(names.message(value)));
  }
  if (Array.isArray(value)) return value.map((each) => clearedJson(each, member, around));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clearedJson(each, name, around)]));
}
