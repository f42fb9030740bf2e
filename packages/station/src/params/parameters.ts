import { messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { Store, Write } from '../store/store.ts';
import { passwordBytes } from './basic-password.ts';
import type { IndividualId, ParameterId, ParameterValues } from './catalogue.ts';
import { isParameterId } from './catalogue.ts';
import { evaluateChanges, outcomesOf } from './change-plan.ts';
import type { EvaluationContext, Verdict, WantedChange } from './change-plan.ts';
import type { Change, ChangeAuthor, ChangeOutcome } from './change.ts';
import { isAccepted } from './change.ts';
import { changedIds } from './changed-ids.ts';
import type { CommitInput, CommitPlan } from './commit-plan.ts';
import { endpointKey, historyKey, parameterCollection, planCommit, planEndpointCommit } from './commit-plan.ts';
import { checkRules, isConnectable, missingForConnection, usesPassword } from './cross-field.ts';
import type { RuleFinding } from './cross-field.ts';
import { doubledValues } from './distinct-values.ts';
import { trialFromDocument } from './endpoint-trial-document.ts';
import { initialTrialState, stagedOf, stepTrial, trialDueMs } from './endpoint-trial.ts';
import type { EndpointValues, TrialContext, TrialEffect, TrialInput, TrialKind, TrialState } from './endpoint-trial.ts';
import type { HistoryEntry, HistoryFact } from './history.ts';
import { readHistory } from './history.ts';
import type { ParameterData, ProvidedValues } from './layers.ts';
import {
  connectorCount,
  connectorsSet,
  effectiveOf,
  hasConnector,
  rawInForce,
  rawNext,
  rawWithEndpoint,
  readerOf,
} from './layers.ts';
import { findParameter } from './names.ts';
import type { OcppKey } from './ocpp-keys.ts';
import { findOcppKey, listOcppKeys } from './ocpp-keys.ts';
import type { ParameterOverrides } from './overrides.ts';
import { noOverrides } from './overrides.ts';
import type { Role } from './row.ts';
import { readStoredValues } from './stored-values.ts';
import { exportParameters, planImport, readExport } from './transfer.ts';
import type { ExportOptions, ImportOutcome, ParameterExport } from './transfer.ts';
import { connectorOf, valueIdAt } from './value-id.ts';
import { sameValue } from './value-text.ts';
import type { ParameterView, ProvenanceLink } from './view.ts';
import { provenanceOf, viewAll, viewParameter } from './view.ts';

export type { ParameterId, ParameterValues } from './catalogue.ts';
export type { Change, ChangeAuthor, ChangeOutcome } from './change.ts';

/** Effective values: integers that may be `auto` read as the number in force, unset texts as ''. */
export interface ParameterReader {
  get<K extends ParameterId>(id: K): ParameterValues[K];
  /** What a connector (from 1) has of an individual parameter; `get` is that of connector 1. */
  at<K extends IndividualId>(id: K, connector: number): ParameterValues[K];
  /** Connectors, from 2 on, for which somebody set a value of an individual parameter by itself. */
  connectorsSet(id: IndividualId): readonly number[];
  /** Told when effective values changed, after that is on disk. Returns the way to stop listening. */
  onChange(listener: (changed: ReadonlySet<ParameterId>) => void): () => void;
}

/** What one station's parameters are made from. */
export interface OpenParameters {
  /** The station's key in the store. */
  readonly station: string;
  readonly store: Store;
  readonly clock: { nowMs(): number };
  readonly time: { monotonicMs(): number };
  /** From `readConfiguration` or `overridesOf`. */
  readonly overrides?: ParameterOverrides;
  /** Values that the station computes; a provided parameter is read only. */
  readonly provide?: ProvidedValues;
  /** Values that count where nothing is set, such as what the hardware says of itself; such a parameter can be set. */
  readonly describe?: ProvidedValues;
  /** What the meter can measure, phases one by one included; absent or undefined (not known yet) = everything (V-09). */
  readonly measurands?: () => ReadonlySet<string> | undefined;
  /** Whether the station has a signed certificate of its own; absent = nobody knows, and nothing is refused for it. */
  readonly hasClientCertificate?: () => boolean;
  /** What else belongs into the commit of changes, such as entries of a logbook. */
  readonly alsoWrites?: (facts: readonly HistoryFact[], by: ChangeAuthor) => readonly Write[];
}

/** What the station and its link tell the endpoint's trial. */
export type EndpointInput = Exclude<TrialInput, { readonly type: 'stage' | 'credentials' | 'endpoint' }>;

/** What became of the endpoint's settings; for log, history and security events. */
export type EndpointEvent =
  | Exclude<TrialEffect, { readonly kind: 'persist' }>
  /** The store could not be written; nothing changed. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Where the endpoint's settings stand, for status pages. */
export interface EndpointStatus {
  readonly kind: TrialState['kind'];
  readonly staged: readonly ParameterId[];
  readonly waiting: boolean;
  readonly trial: {
    readonly of: TrialKind;
    readonly sinceMs: number;
    readonly attempts: number;
    readonly rejected: boolean;
  } | null;
  readonly hasLastGood: boolean;
  /** The last return to the last good settings since the start (wall ms); null = there was none. */
  readonly rolledBack: { readonly atMs: number; readonly reason: string } | null;
  readonly changes: number;
}

type Listener = (changed: ReadonlySet<ParameterId>) => void;

/** The parameters of one station: its own values over those that all stations share. */
export class Parameters implements ParameterReader {
  readonly #options: OpenParameters;
  #data: ParameterData;
  #historyNumber: number;
  #rolledBack: EndpointStatus['rolledBack'] = null;
  #listeners: readonly Listener[] = [];
  #endpointListeners: readonly (() => void)[] = [];
  #tail: Promise<unknown> = Promise.resolve();
  /** The names of stored values that this version cannot use: they do not count. */
  readonly unusable: readonly string[];

  /** Use `openParameters`. */
  constructor(
    options: OpenParameters,
    data: ParameterData,
    found: { readonly historyNumber: number; readonly unusable: readonly string[] },
  ) {
    this.#options = options;
    this.#data = data;
    this.#historyNumber = found.historyNumber;
    this.unusable = found.unusable;
  }

  get<K extends ParameterId>(id: K): ParameterValues[K] {
    return effectiveOf(id, (other) => rawInForce(this.#data, other)) as ParameterValues[K];
  }

  at<K extends IndividualId>(id: K, connector: number): ParameterValues[K] {
    return rawInForce(this.#data, valueIdAt(id, connector)).value as ParameterValues[K];
  }

  connectorsSet(id: IndividualId): readonly number[] {
    return connectorsSet(this.#data, id);
  }

  onChange(listener: Listener): () => void {
    this.#listeners = this.#listeners.concat(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Told when values were staged or their trial went on, after that is on disk: `endpointDueMs` may be another. */
  onEndpoint(listener: () => void): () => void {
    this.#endpointListeners = this.#endpointListeners.concat(listener);
    return () => {
      this.#endpointListeners = this.#endpointListeners.filter((other) => other !== listener);
    };
  }

  /** Changes values together, all or nothing; resolves when they are on disk. One outcome per change, in their order. */
  change(changes: readonly Change[], by: ChangeAuthor): Promise<readonly ChangeOutcome[]> {
    return this.#exclusive(() => this.#change(changes, by));
  }

  /** What `change` would answer now; nothing is stored. */
  preview(changes: readonly Change[], by: ChangeAuthor): readonly ChangeOutcome[] {
    return outcomesOf(evaluateChanges(changes, this.#evaluationContext(by)).verdicts);
  }

  /** Gives a parameter its default back. */
  async reset(name: string, by: ChangeAuthor): Promise<ChangeOutcome> {
    const [outcome] = await this.#exclusive(() => this.#change([{ name, value: null }], by));
    return outcome ?? { kind: 'unknown', name, reason: 'There is no such parameter.' };
  }

  /** Feeds the endpoint's trial; resolves when what follows from it is on disk. */
  endpoint(input: EndpointInput): Promise<readonly EndpointEvent[]> {
    return this.#exclusive(() => this.#endpoint(input));
  }

  /** Applies staged endpoint values, at Reset or by the local apply step; `confirmed`: not to wait for transactions. */
  applyEndpoint(options: { readonly confirmed?: boolean } = {}): Promise<readonly EndpointEvent[]> {
    return this.endpoint({ type: 'apply', confirmed: options.confirmed === true });
  }

  /** Monotonic ms at which the input `tick` is due; null = not. */
  get endpointDueMs(): number | null {
    return trialDueMs(this.#data.endpoint, this.#trialContext());
  }

  /** Staged values and the trial, for status pages. */
  get endpointStatus(): EndpointStatus {
    const state = this.#data.endpoint;
    const staged = stagedOf(state);
    const trial = state.kind === 'trying' ? state.trial : null;
    const stagedIds = Object.keys({ ...state.applied, ...staged?.values }).filter(isParameterId);
    return {
      kind: state.kind,
      staged: stagedIds.filter((id) => !sameValue(rawInForce(this.#data, id).value, rawNext(this.#data, id).value)),
      waiting: staged?.requested === true,
      trial:
        trial === null
          ? null
          : { of: trial.of, sinceMs: trial.sinceMs, attempts: trial.attempts, rejected: trial.rejected },
      hasLastGood: state.good !== null,
      rolledBack: this.#rolledBack,
      changes: this.#historyNumber,
    };
  }

  /** The password for Basic authentication, or null when none is set. */
  passwordBytes(): Uint8Array | null {
    return passwordBytes(this.get('backend.authorizationKey'), this.get('backend.passwordEncoding'));
  }

  /** What keeps the station from connecting though OCPP is on. */
  missing(): ReturnType<typeof missingForConnection> {
    return missingForConnection(this.#reader());
  }

  /** Rules that the values in force break: warnings, and contradictions that came in by environment or file. */
  findings(): readonly RuleFinding[] {
    const read = this.#reader();
    const hasClientCertificate = this.#hasClientCertificate();
    const doubled = doubledValues((id) => rawInForce(this.#data, id).value, connectorCount(this.#data));
    return [...checkRules({ next: read, current: read, source: 'manufacturer', hasClientCertificate }), ...doubled];
  }

  /** One parameter for people; `undefined` when there is none or the role may not read it. */
  view(name: string, role: Role): ParameterView | undefined {
    const named = findParameter(name);
    return named?.kind === 'parameter' ? viewParameter(this.#data, named.id, role) : undefined;
  }

  /** Everything that the role may read. */
  viewAll(role: Role): readonly ParameterView[] {
    return viewAll(this.#data, role);
  }

  /** Where the value comes from, strongest first; `undefined` for an unknown name. Secrets are masked. */
  explain(name: string): readonly ProvenanceLink[] | undefined {
    const named = findParameter(name);
    if (named?.kind !== 'parameter' || !hasConnector(this.#data, connectorOf(named.id) ?? 1)) return undefined;
    return provenanceOf(this.#data, named.id);
  }

  /** All configuration keys that the backend may read (K-01). */
  ocppKeys(): readonly OcppKey[] {
    return listOcppKeys(this.#data);
  }

  /** One configuration key in any letter case; without value when it is write-only. */
  ocppKey(name: string): OcppKey | undefined {
    return findOcppKey(this.#data, name);
  }

  /** The settings as a file; secrets only when asked for. */
  exportJson(options: ExportOptions = {}): ParameterExport {
    return exportParameters(this.#data, options);
  }

  /** Takes over a file, parameter by parameter; `dryRun` only tells what would happen. Endpoint values are staged. */
  importJson(
    document: unknown,
    by: ChangeAuthor,
    options: { readonly dryRun?: boolean } = {},
  ): Promise<readonly ImportOutcome[]> {
    return this.#exclusive(() => this.#import(document, by, options.dryRun === true));
  }

  /** The last 200 changes, newest first; secrets are masked. */
  history(): Promise<readonly HistoryEntry[]> {
    return readHistory(this.#options.store, this.#options.station);
  }

  async #change(changes: readonly WantedChange[], by: ChangeAuthor): Promise<readonly ChangeOutcome[]> {
    const { verdicts, wanted } = evaluateChanges(changes, this.#evaluationContext(by));
    const outcomes = outcomesOf(verdicts);
    if (!outcomes.every(isAccepted)) return outcomes;
    const failure = await this.#commit(planCommit(wanted, this.#commitInput(by)));
    return failure === undefined ? outcomes : verdicts.map((verdict) => notStored(verdict, failure));
  }

  async #import(document: unknown, by: ChangeAuthor, dryRun: boolean): Promise<readonly ImportOutcome[]> {
    const read = readExport(document);
    if (!read.ok) return [{ kind: 'refused', name: 'file', reason: read.reason }];
    const { outcomes, wanted } = planImport(read.entries, this.#evaluationContext(by));
    if (dryRun) return outcomes;
    const failure = await this.#commit(planCommit(wanted, this.#commitInput(by)));
    if (failure === undefined) return outcomes;
    return outcomes.map((outcome) =>
      outcome.kind === 'applied' ? { kind: 'refused', name: outcome.name, reason: failure } : outcome,
    );
  }

  async #endpoint(input: EndpointInput): Promise<readonly EndpointEvent[]> {
    const { state, effects } = stepTrial(this.#data.endpoint, input, this.#trialContext());
    const by: ChangeAuthor = { source: 'operator', who: 'roll-back' };
    const plan = planEndpointCommit(state, effects, this.#commitInput(by));
    const failure = await this.#commit(plan);
    if (failure !== undefined) return [{ kind: 'failed', reason: failure }];
    const back = effects.find((effect) => effect.kind === 'rolledBack');
    if (back !== undefined) this.#rolledBack = { atMs: this.#options.clock.nowMs(), reason: back.reason };
    return effects.filter((effect) => effect.kind !== 'persist');
  }

  /** Writes first, then lets the values count (rule 14). Returns why nothing was stored, or `undefined`. */
  async #commit(plan: CommitPlan): Promise<string | undefined> {
    const { store } = this.#options;
    const canWait = plan.effects.every((effect) => effect.kind !== 'persist' || !effect.durable);
    const isProgress = canWait && plan.historyNumber === this.#historyNumber && plan.effects.length > 0;
    try {
      if (isProgress) store.commitLater(plan.writes);
      else if (plan.writes.length > 0) await store.commit(plan.writes);
    } catch (error) {
      return messageOf(error);
    }
    const before = this.#data;
    this.#data = plan.data;
    this.#historyNumber = plan.historyNumber;
    this.#tell(before);
    return undefined;
  }

  #tell(before: ParameterData): void {
    if (before.endpoint !== this.#data.endpoint) for (const listener of this.#endpointListeners) listener();
    if (this.#listeners.length === 0) return;
    const changed = changedIds(before, this.#data);
    if (changed.size > 0) for (const listener of this.#listeners) listener(changed);
  }

  #reader(): ReturnType<typeof readerOf> {
    return readerOf((id) => rawInForce(this.#data, id));
  }

  #evaluationContext(by: ChangeAuthor): EvaluationContext {
    const measurands = this.#options.measurands?.();
    return { data: this.#data, by, measurands, hasClientCertificate: this.#hasClientCertificate() };
  }

  #hasClientCertificate(): boolean {
    return this.#options.hasClientCertificate?.() ?? true;
  }

  #commitInput(by: ChangeAuthor): CommitInput {
    return {
      station: this.#options.station,
      data: this.#data,
      by,
      historyNumber: this.#historyNumber,
      trial: this.#trialContext(),
      alsoWrites: this.#options.alsoWrites,
    };
  }

  #trialContext(): TrialContext {
    return {
      nowMs: this.#options.time.monotonicMs(),
      wallMs: this.#options.clock.nowMs(),
      rollbackMs: this.get('backend.rollbackTimeout') * 1000,
      quiet: this.get('compat.endpointApply') === 'quiet',
      connectable: (values: EndpointValues) => isConnectable(readerOf((id) => rawWithEndpoint(this.#data, values, id))),
      usesPassword: (values: EndpointValues) => usesPassword(readerOf((id) => rawWithEndpoint(this.#data, values, id))),
    };
  }

  /** Changes wait for each other, so that rules across parameters see what really is. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

/** Reads a station's parameters from the store. Documents that this version cannot use stay there and do not count. */
export async function openParameters(options: OpenParameters): Promise<Parameters> {
  const documents = await options.store.readDocuments(options.station, parameterCollection);
  const { values: stored, unusable } = readStoredValues(documents);
  const history = documents.get(historyKey);
  const next = isRecord(history) && typeof history['next'] === 'number' ? history['next'] : 0;
  const data: ParameterData = {
    overrides: options.overrides ?? noOverrides,
    provide: options.provide ?? nothingProvided,
    describe: options.describe ?? nothingProvided,
    stored,
    running: nothingRunning,
    endpoint: documents.has(endpointKey)
      ? trialFromDocument(documents.get(endpointKey), options.time.monotonicMs())
      : initialTrialState,
  };
  return new Parameters(options, data, { historyNumber: next, unusable });
}

const nothingProvided: ProvidedValues = {};
const nothingRunning: ParameterData['running'] = new Map();

function notStored(verdict: Verdict, reason: string): ChangeOutcome {
  return verdict.kind === 'unknown' ? verdict : { kind: 'rejected', id: verdict.id, reason };
}
