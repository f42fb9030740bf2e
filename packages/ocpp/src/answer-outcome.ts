import type { CallOutcome } from './call-outcome.ts';
import { parseErrorCode } from './errors.ts';
import type { CallErrorFrame, CallResultFrame } from './frames.ts';
import type { Protocol, Violation } from './protocol.ts';

/** What an answer means for the call of `action` that it answers; members unknown to the schema are tolerated, nothing else. */
export function outcomeOfAnswer(
  frame: CallResultFrame | CallErrorFrame,
  action: string,
  protocol: Protocol,
): CallOutcome {
  if (frame.kind === 'callError') {
    const { code: codeText, description, details } = frame;
    return { kind: 'error', code: parseErrorCode(codeText), codeText, description, details };
  }
  const { payload } = frame;
  const violation = protocol.validateResponse(action, payload);
  if (violation === undefined) return { kind: 'result', payload };
  return violation.onlyAdditionalProperties
    ? { kind: 'result', payload, violation }
    : { kind: 'invalidResponse', violation, payload };
}

/** The outcome of a call whose answer is no well-formed frame: nothing better will come, so waiting on has no use. */
export function outcomeOfMalformedAnswer(problem: string): CallOutcome {
  const violation: Violation = { code: 'FormatViolation', path: '', problem, onlyAdditionalProperties: false };
  return { kind: 'invalidResponse', violation, payload: undefined };
}
