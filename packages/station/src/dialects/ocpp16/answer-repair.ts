import type { CallOutcome } from '@kerbside/ocpp';
import { ocpp16, type Ocpp16Action } from '@kerbside/ocpp/ocpp16';

import { isRecord } from '../../core/json.ts';
import { mended } from './mended.ts';

/**
 * Takes from an answer that breaks its schema what can be relied on. Many backends write `null` for what they leave out, or
 * times without a zone, which are read as UTC (T-20): the breach stands in the log, but the station registers. And a backend that answered StartTransaction with an id has the transaction, whatever is wrong with the rest: a repetition under
 * another id would be a second one (fault 26). Everything else stays an invalid answer.
 */
export function repaired(action: Ocpp16Action, outcome: CallOutcome): CallOutcome {
  if (outcome.kind !== 'invalidResponse' || !isRecord(outcome.payload)) return outcome;
  const plain = mended(outcome.payload);
  const violation = ocpp16.validateResponse(action, plain);
  if (violation === undefined || violation.onlyAdditionalProperties) return { kind: 'result', payload: plain };
  const least = essential(action, plain);
  return least === null ? outcome : { kind: 'result', payload: least };
}

/** What a backend must have understood to answer at all; null when even that cannot be told. */
function essential(action: Ocpp16Action, payload: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  if (action === 'StopTransaction' || action === 'MeterValues') return {};
  if (action !== 'StartTransaction') return null;
  const { transactionId, idTagInfo } = payload;
  if (!Number.isSafeInteger(transactionId)) return null;
  const named = { transactionId, idTagInfo: { status: isRecord(idTagInfo) ? idTagInfo['status'] : undefined } };
  return ocpp16.validateResponse('StartTransaction', named) === undefined ? named : { transactionId };
}
