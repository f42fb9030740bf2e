import { measure } from '../metering/measurands.ts';
import type { EvseDescription, MeterReading } from '../evse/hardware.ts';
import type { Sample } from '../metering/sample.ts';
import type { ParameterReader } from '../params/parameters.ts';
import type { SampleKind } from '../transactions/transaction-keeper.ts';

/**
 * Makes samples by the lists of measurands in force. Data for StopTransaction are made only when their list names any
 * (V-04: both lists empty, no transactionData); a sample without values is none (V-08).
 */
export function makeSample(
  params: ParameterReader,
  evse: EvseDescription,
  offeredMilliamps: number,
  request: {
    readonly kind: SampleKind;
    readonly reading: MeterReading;
    readonly context: Sample['context'];
    readonly timeMs: number;
  },
): Sample | null {
  const wanted = params.get(request.kind === 'periodic' ? 'metering.sampledData' : 'metering.stopTxnSampledData');
  if (request.kind === 'stopData' && wanted.length === 0) return null;
  const { phases, nominalVolts } = evse;
  const values = measure(wanted, request.reading, { offeredMilliamps, phases, nominalVolts });
  return values.length === 0 ? null : { timeMs: request.timeMs, context: request.context, values };
}
