import { isRecord } from '../core/json.ts';
import { catalogue } from '../params/catalogue.ts';
import type { Change, ChangeAuthor, ChangeOutcome } from '../params/change.ts';
import { isAccepted } from '../params/change.ts';
import { findParameter } from '../params/names.ts';
import type { Parameters } from '../params/parameters.ts';
import { manufacturerOnly } from '../params/permission.ts';
import { isParameterValue } from '../params/stored-value.ts';
import type { ImportOutcome } from '../params/transfer.ts';
import { parameterOf, type ValueId } from '../params/value-id.ts';
import { toText } from '../params/value-text.ts';
import type { Reply } from './refusals.ts';
import { ok, refuseWith } from './refusals.ts';
import { toJson } from './to-json.ts';

/** The changes that a body `{name: value}` asks for, or why it cannot be read. */
export function readChanges(
  body: unknown,
): { readonly ok: true; readonly changes: readonly Change[] } | { readonly ok: false; readonly reason: string } {
  if (!isRecord(body))
    return { ok: false, reason: '"changes" must be an object such as {"backend.host": "csms.example.com"}.' };
  const changes: Change[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (!isParameterValue(value)) {
      return { ok: false, reason: `The value of ${name} is neither text, number, list nor true or false.` };
    }
    changes.push({ name, value: toText(value) });
  }
  return changes.length === 0 ? { ok: false, reason: 'No change is named.' } : { ok: true, changes };
}

/** Carries changes out, all or nothing, and says of each what became of it. */
export async function applyChanges(
  parameters: Parameters,
  changes: readonly Change[],
  by: ChangeAuthor,
): Promise<Reply> {
  return replyFor(await parameters.change(changes, by), false);
}

/** Says what would become of changes, and stores nothing. */
export async function previewChanges(
  parameters: Parameters,
  changes: readonly Change[],
  by: ChangeAuthor,
): Promise<Reply> {
  const document = Object.fromEntries(changes.map(({ name, value }) => [name, value]));
  const outcomes = await parameters.importJson(document, by, { dryRun: true });
  return replyFor(outcomes.map(toChangeOutcome), true);
}

/** The answer for what became of changes; a refusal carries the outcomes too. */
export function replyFor(outcomes: readonly ChangeOutcome[], dryRun: boolean): Reply {
  const refused = outcomes.filter((outcome) => !isAccepted(outcome));
  if (refused.length === 0) return ok(toJson({ dryRun, outcomes }));
  const unknown = refused.every((outcome) => outcome.kind === 'unknown');
  const reasons = [...new Set(refused.map(reasonOf).filter((reason) => reason !== ''))];
  const forbidden = refused.some(isForbidden) && refused.every((each) => isForbidden(each) || reasonOf(each) === '');
  const code = unknown ? 'config.unknownParameter' : forbidden ? 'config.forbidden' : 'config.refused';
  return refuseWith(code, reasons.join(' '), { dryRun, outcomes: toJson(outcomes) });
}

function isForbidden(outcome: ChangeOutcome): boolean {
  return outcome.kind === 'rejected' && outcome.reason === manufacturerOnly;
}

function reasonOf(outcome: ChangeOutcome): string {
  if (outcome.kind === 'unknown') return outcome.reason;
  // Those that were fine fall with the others; their reason would hide the one that matters.
  if (outcome.kind !== 'rejected' || outcome.reason.startsWith('Nothing was stored')) return '';
  return `${outcome.id}: ${outcome.reason}`;
}

function toChangeOutcome(outcome: ImportOutcome): ChangeOutcome {
  switch (outcome.kind) {
    case 'applied': {
      const as = classOf(outcome.id);
      return outcome.warning === undefined
        ? { kind: as, id: outcome.id }
        : { kind: as, id: outcome.id, warning: outcome.warning };
    }
    case 'unchanged':
      return { kind: 'unchanged', id: outcome.id, as: classOf(outcome.id) };
    case 'refused': {
      const named = findParameter(outcome.name);
      // The four parts of an address are told under the id of its host, as a change would be.
      const id: ValueId = named === undefined || named.kind === 'backendUrl' ? 'backend.host' : named.id;
      return { kind: 'rejected', id, reason: outcome.reason };
    }
    case 'unknown':
      return outcome;
  }
}

function classOf(id: ValueId): 'accepted' | 'staged' | 'restartRequired' {
  const { effect } = catalogue[parameterOf(id)];
  return effect === 'endpoint' ? 'staged' : effect === 'restart' ? 'restartRequired' : 'accepted';
}
