import { intervalMeasurands, measure, type MeasurandContext } from '../../metering/measurands.ts';
import { rotationOf, type PhaseRotation } from '../../metering/phase-rotation.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import type { Sample } from '../../metering/sample.ts';
import type { EvseDescription, MainMeterDescription } from '../../evse/hardware.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { rotationWordAt } from '../../params/phase-rotations.ts';
import type { SampleKind } from '../../transactions/transaction-keeper-deps.ts';

/** What is known at a boundary of the clock. */
export interface BoundaryReading {
  readonly boundaryMs: number;
  /** When the meter was asked, on the monotonic clock. */
  readonly atMs: number;
  /** Registers as they stood at the boundary; power, current and voltage as means over the interval (V-02). */
  readonly reading: TrustedReading;
  /** The interval that ended there; null when its beginning was not read. */
  readonly interval: {
    readonly startMs: number;
    readonly importWh: number | null;
    readonly exportWh: number | null;
  } | null;
}

/** What EVSEs offer now; `StationLimits` says it. */
export interface OfferedNow {
  /** Per phase. */
  milliamps(evse: number): number;
  phases(evse: number): 1 | 2 | 3;
}

/** What decides about the values that are measured at one EVSE. */
export function evseContext(
  params: ParameterReader,
  { id, nominalVolts }: EvseDescription,
  limits: OfferedNow,
): MeasurandContext {
  const offeredMilliamps = limits.milliamps(id);
  const phases = limits.phases(id);
  return { offeredMilliamps, phases, nominalVolts, rotation: phaseRotation(params, id) };
}

/** What decides about the values of the main meter: they are taken at the inlet, and nothing is offered there (V-05). */
export function inletContext(params: ParameterReader, meter: MainMeterDescription): MeasurandContext {
  const phases = Math.min(meter.phases, params.get('metering.phasesConnected'));
  return { offeredMilliamps: null, phases, nominalVolts: 0, rotation: phaseRotation(params, 0), location: 'Inlet' };
}

/** How the meter of a connector is connected to the grid; connector 0 is the main meter. */
export function phaseRotation(params: ParameterReader, connector: number): PhaseRotation {
  return rotationOf(rotationWordAt(params.get('metering.connectorPhaseRotation'), connector));
}

/**
 * Makes samples by the lists of measurands in force. Data for StopTransaction are made only when a list names any (V-04: both
 * lists empty, no transactionData); a sample without values is none (V-08).
 */
export function makeSample(
  params: ParameterReader,
  context: MeasurandContext,
  request: {
    readonly kind: SampleKind;
    readonly reading: TrustedReading;
    readonly context: Sample['context'];
    readonly timeMs: number;
  },
): Sample | null {
  const wanted = listOf(params, request);
  if (request.kind !== 'periodic' && wanted.length === 0) return null;
  const values = measure(wanted, request.reading, context);
  return values.length === 0 ? null : { timeMs: request.timeMs, context: request.context, values };
}

function listOf(
  params: ParameterReader,
  request: { readonly kind: SampleKind; readonly context: Sample['context'] },
): readonly string[] {
  if (request.kind === 'stopData') return stopList(params, request.context);
  return params.get(request.kind === 'started' ? 'metering.startTxnSampledData' : 'metering.sampledData');
}

/** Begin and end stand in transactionData as soon as one of the two lists names anything (V-04). */
function stopList(params: ParameterReader, context: Sample['context']): readonly string[] {
  const sampled = params.get('metering.stopTxnSampledData');
  const boundary = context === 'Transaction.Begin' || context === 'Transaction.End';
  return boundary && sampled.length === 0 ? params.get('metering.stopTxnAlignedData') : sampled;
}

/**
 * The samples of one boundary by one list: the energies of the interval under the time of its start, and all else under that of
 * the boundary (OCPP 1.6 §9.1, V-02). Empty for what has no values.
 */
export function makeAlignedSamples(
  wanted: readonly string[],
  context: MeasurandContext,
  { boundaryMs, reading, interval }: BoundaryReading,
): readonly Sample[] {
  const energies = wanted.filter((item) => Object.hasOwn(intervalMeasurands, item));
  const others = wanted.filter((item) => !Object.hasOwn(intervalMeasurands, item));
  const intervalValues = energies.flatMap((measurand) => {
    const which = intervalMeasurands[measurand];
    const value = which === undefined || interval === null ? null : interval[which];
    if (value === null) return [];
    return [{ measurand, value, ...(context.location === undefined ? {} : { location: context.location }) }];
  });
  const values = wanted.length > 0 && others.length === 0 ? [] : measure(others, reading, context);
  const samples: Sample[] = [];
  if (interval !== null && intervalValues.length > 0)
    samples.push({ timeMs: interval.startMs, context: 'Sample.Clock', values: intervalValues });
  if (values.length > 0) samples.push({ timeMs: boundaryMs, context: 'Sample.Clock', values });
  return samples;
}
