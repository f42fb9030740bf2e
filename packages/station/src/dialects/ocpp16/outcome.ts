import type { CallOutcome, OcppErrorCode } from '@kerbside/ocpp';

import type { Outcome } from '../../delivery/session.ts';

/** Codes after which the same message can never succeed (parameters.md row 12b). */
const finalCodes: readonly (OcppErrorCode | undefined)[] = [
  'NotImplemented',
  'NotSupported',
  'FormatViolation',
  'PropertyConstraintViolation',
  'OccurrenceConstraintViolation',
  'TypeConstraintViolation',
];

/** What the outcome of a CALL means for the core; `decode` returns null for an answer that cannot be used. */
export function toOutcome<Answer>(outcome: CallOutcome, decode: (payload: unknown) => Answer | null): Outcome<Answer> {
  switch (outcome.kind) {
    case 'result': {
      const answer = decode(outcome.payload);
      return answer === null ? unusable('the answer holds a value that cannot be read') : { kind: 'answered', answer };
    }
    case 'error': {
      const { code, codeText, description } = outcome;
      const text = description === '' ? codeText : `${codeText}: ${description}`;
      return {
        kind: 'refused',
        code: codeText,
        text,
        final: finalCodes.includes(code),
        security: code === 'SecurityError',
      };
    }
    case 'timeout':
      return { kind: 'unanswered' };
    case 'linkLost':
      return { kind: 'linkLost' };
    case 'invalidRequest':
      return { kind: 'notSendable', problem: violationText(outcome.violation) };
    case 'invalidResponse':
      return unusable(violationText(outcome.violation));
  }
}

/** Without the full stop: it becomes a part of sentences. */
function violationText({ path, problem }: { readonly path: string; readonly problem: string }): string {
  return `${path} ${problem}`.trim().replace(/\.$/u, '');
}

function unusable(text: string): Outcome<never> {
  return { kind: 'refused', code: 'InvalidAnswer', text, final: false, security: false };
}
