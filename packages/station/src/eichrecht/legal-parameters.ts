import { messageOf } from '../core/errors.ts';
import { catalogue, type ParameterId } from '../params/catalogue.ts';
import type { ChangeAuthor } from '../params/change.ts';
import type { HistoryFact } from '../params/history.ts';
import type { ParameterReader } from '../params/parameters.ts';
import { connectorOf, isIndividual, parameterOf, readValueId, valueIdAt, type ValueId } from '../params/value-id.ts';
import { toText } from '../params/value-text.ts';
import type { Store, Write } from '../store/store.ts';
import { Logbook, type LogbookActor } from './logbook.ts';

/** What the law looks at: a change of one of these stands in the legal logbook (E-13). */
const legalParameters: readonly ParameterId[] = [
  'eichrecht.mode',
  'eichrecht.signedEndTimeout',
  'eichrecht.evseId',
  'eichrecht.onUndelivered',
  'eichrecht.recordRetention',
  'eichrecht.recordCapacity',
  'metering.sampledDataSignReadings',
  'traffic.eichrechtMessageAttempts',
  'time.zone',
];

/** The values that the logbook knows of, where they are not those of the factory. */
const collection = 'legalParameters';

/** Where changes are written. */
export interface LegalParameterDeps {
  readonly station: string;
  readonly store: Store;
  readonly clock: { readonly nowMs: () => number; readonly valid: boolean };
}

/** The writes that belong into the commit of a change of parameters. */
export function legalChangeWrites(
  deps: LegalParameterDeps,
): (facts: readonly HistoryFact[], by: ChangeAuthor) => readonly Write[] {
  return (facts, { source, who }) => {
    const legal = facts.filter(({ id }) => legalParameters.includes(parameterOf(id)));
    // A backend acts with the rights of an operator.
    const by = source === 'manufacturer' ? 'manufacturer' : 'operator';
    const detail = source === 'backend' ? `backend ${who}` : who;
    return legal.flatMap((fact) =>
      changeWrites(deps, { id: fact.id, old: toText(fact.old), now: toText(fact.new), by, detail }),
    );
  };
}

/**
 * Writes down what was changed where no logbook is kept: in the environment or the configuration file of the process, while the
 * station was down. Resolves when it is on disk, or cannot be.
 */
export async function recordProvidedValues(
  deps: LegalParameterDeps & { readonly params: ParameterReader; readonly onProblem: (text: string) => void },
): Promise<void> {
  const { station, store, params } = deps;
  const known = await store.readDocuments(station, collection);
  const writes = legalValues(params, known.keys()).flatMap(([id, now]) => {
    const stored = known.get(id);
    const old = typeof stored === 'string' ? stored : toText(catalogue[parameterOf(id)].default);
    return old === now
      ? []
      : changeWrites(deps, { id, old, now, by: 'station', detail: 'configuration of the process' });
  });
  if (writes.length === 0) return;
  await store.commit(writes).catch((error: unknown) => {
    deps.onProblem(`a change of legally relevant parameters cannot be recorded: ${messageOf(error)}`);
  });
}

/** What holds now, of each connector that has or had a value of its own too; how many there are is not known yet. */
function legalValues(params: ParameterReader, remembered: Iterable<string>): readonly (readonly [ValueId, string])[] {
  const past = [...remembered].map(readValueId).filter((id) => id !== undefined);
  return legalParameters.flatMap((id) => {
    const own = [id, toText(params.get(id))] as const;
    if (!isIndividual(id)) return [own];
    const before = past.filter((each) => each !== id && parameterOf(each) === id).map((each) => connectorOf(each) ?? 1);
    const connectors = [...new Set([...params.connectorsSet(id), ...before])];
    return [own, ...connectors.map((each) => [valueIdAt(id, each), toText(params.at(id, each))] as const)];
  });
}

interface LegalChange {
  readonly id: ValueId;
  readonly old: string;
  readonly now: string;
  readonly by: LogbookActor;
  readonly detail: string;
}

function changeWrites(deps: LegalParameterDeps, { id, old, now, by, detail }: LegalChange): readonly Write[] {
  const { station } = deps;
  const place = { station, collection, key: id };
  const remembered: Write =
    now === toText(catalogue[parameterOf(id)].default)
      ? { op: 'deleteDocument', ...place }
      : { op: 'putDocument', ...place, value: now };
  const text = `${id} changed from "${old}" to "${now}"`;
  return [...new Logbook(deps).entry('parameterChanged', 0, text, by, detail), remembered];
}
