import { messageOf } from '../core/errors.ts';
import { ConnectFailure } from './transport.ts';

/** A transport rejects with `ConnectFailure` only; should another error slip through, the link goes on with this. */
export function toConnectFailure(thrown: unknown): ConnectFailure {
  if (thrown instanceof ConnectFailure) return thrown;
  return new ConnectFailure({ stage: 'tcp', code: 'UNEXPECTED' }, messageOf(thrown), { cause: thrown });
}

/** The backend took the connection back before we could use it. */
export function closedAtOnce(code: number, reason: string): ConnectFailure {
  const why = reason === '' ? '' : ` (${reason})`;
  return new ConnectFailure(
    { stage: 'upgrade', status: 101 },
    `the backend closed the connection at once with ${code}${why}`,
  );
}
