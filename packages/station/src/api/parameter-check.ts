import { catalogue } from '../params/catalogue.ts';
import { isAccepted, type Change, type ChangeAuthor, type ChangeOutcome } from '../params/change.ts';
import { findParameter } from '../params/names.ts';
import type { Parameters } from '../params/parameters.ts';
import type { Effect } from '../params/row.ts';
import { isParameterValue } from '../params/stored-value.ts';
import { parseValue } from '../params/validation.ts';
import { parameterOf, type ValueId } from '../params/value-id.ts';
import { toShownText, toText } from '../params/value-text.ts';
import { inGerman } from './german-reasons.ts';
import type { Language } from './language.ts';

/** What would become of one change, for people; values of secrets are masked. */
interface CheckedChange {
  readonly id: string;
  readonly ok: boolean;
  /** Stable, of the refusal; null where the value would be taken. */
  readonly code: 'config.refused' | 'config.unknownParameter' | null;
  /** Why it is refused, or what to mind where it is not. */
  readonly reason: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly effect: Effect | null;
}

/** What somebody has to know, or to do, before changes are applied. */
interface Confirmation {
  readonly id: string;
  readonly kind: 'typeAgain' | 'runningTransaction';
  readonly text: string;
}

/** What would become of changes together; nothing is stored. */
export interface CheckedChanges {
  readonly outcomes: readonly CheckedChange[];
  /** Of those that would be taken: the effect that is felt most; null where nothing would change. */
  readonly strongest: Exclude<Effect, 'fixed'> | null;
  readonly confirmations: readonly Confirmation[];
}

const byStrength = ['live', 'reconnect', 'endpoint', 'restart'] as const;

const movingIds: readonly string[] = ['backend.host', 'backend.identity'];

/** Judges changes without storing them, each for itself and by the rules across parameters. */
export function checkChanges(
  parameters: Parameters,
  changes: readonly Change[],
  around: { readonly by: ChangeAuthor; readonly language: Language; readonly charging: boolean },
): CheckedChanges {
  const { by, language, charging } = around;
  const outcomes = parameters.preview(changes, by).map((outcome, index) => {
    const change = changes[index] ?? { name: '', value: '' };
    return checkedOf(parameters, change, outcome, language);
  });
  const taken = outcomes.filter(({ ok, from, to }) => ok && from !== to);
  const strongest = byStrength.findLast((effect) => taken.some((outcome) => outcome.effect === effect)) ?? null;
  const moved = charging ? taken.find(({ id }) => movingIds.includes(id)) : undefined;
  const confirmations: readonly Confirmation[] = [
    ...(moved === undefined
      ? []
      : [{ id: moved.id, kind: 'runningTransaction', text: runningText[language] } as const]),
    ...safetyIds(parameters, changes).map((id) => ({ id, kind: 'typeAgain', text: againText[language] }) as const),
  ];
  return { outcomes, strongest, confirmations };
}

/** The safety-relevant values that changes would make different: each has to be typed a second time. */
function safetyIds(parameters: Parameters, changes: readonly Change[]): readonly ValueId[] {
  return changes.flatMap(({ name, value }) => {
    const named = findParameter(name);
    if (named?.kind !== 'parameter' || catalogue[parameterOf(named.id)].safety !== true) return [];
    return setText(parameters, named.id) === canonical(named.id, value) ? [] : [named.id];
  });
}

/** Where one is missing or another value: the safety-relevant values whose confirmation does not say what the change says. */
export function unconfirmed(
  parameters: Parameters,
  changes: readonly Change[],
  confirm: Readonly<Record<string, unknown>>,
): readonly ValueId[] {
  return safetyIds(parameters, changes).filter((id) => {
    const wanted = changes.find(({ name }) => {
      const named = findParameter(name);
      return named?.kind === 'parameter' && named.id === id;
    });
    const again = confirm[id];
    const text = isParameterValue(again) ? toText(again) : '';
    return wanted === undefined || again === undefined || canonical(id, text) !== canonical(id, wanted.value);
  });
}

const againText = {
  en: 'This concerns safety: the value has to be typed a second time.',
  de: 'Dies betrifft die Sicherheit: Der Wert ist ein zweites Mal einzugeben.',
} as const;

const runningText = {
  en: 'A car is charging: the new address is applied when its session is over and delivered, or when you confirm it.',
  de: 'Ein Auto lädt: Die neue Adresse gilt, wenn der Ladevorgang beendet und zugestellt ist oder Sie es bestätigen.',
} as const;

function checkedOf(parameters: Parameters, change: Change, outcome: ChangeOutcome, language: Language): CheckedChange {
  const inWords = (reason: string): string => (language === 'de' ? inGerman(reason) : reason);
  if (outcome.kind === 'unknown') {
    const reason = inWords(outcome.reason);
    return { id: change.name, ok: false, code: 'config.unknownParameter', reason, from: null, to: null, effect: null };
  }
  const { id } = outcome;
  const row = catalogue[parameterOf(id)];
  const values = {
    from: setText(parameters, id),
    to: row.secret === true ? toShownText(change.value, true) : canonical(id, change.value),
    effect: row.effect,
  };
  // What is fine by itself only waits for the others to be fine as well.
  if (isAccepted(outcome) || (outcome.kind === 'rejected' && outcome.reason.startsWith('Nothing was stored'))) {
    const warning = 'warning' in outcome && outcome.warning !== undefined ? inWords(outcome.warning) : null;
    return { id, ok: true, code: null, reason: warning, ...values };
  }
  return {
    id,
    ok: false,
    code: 'config.refused',
    reason: 'reason' in outcome ? inWords(outcome.reason) : '',
    ...values,
  };
}

/** The value as it is set, what waits for a restart or an application included; masked. */
function setText(parameters: Parameters, id: ValueId): string {
  const view = parameters.view(id, 'manufacturer');
  return view?.pending?.value ?? view?.value ?? '';
}

function canonical(id: ValueId, text: string): string {
  const parsed = parseValue(parameterOf(id), text, 'local');
  return parsed.ok ? toText(parsed.value) : text;
}
