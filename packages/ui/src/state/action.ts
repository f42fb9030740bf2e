import { useSignal } from '@preact/signals';

import { request } from '../net/api.ts';
import type { Problem } from '../net/problem.ts';

/** Something that the daemon is asked to do. */
export interface Action {
  /** Why it was not done; null when it was. */
  readonly problem: Problem | null;
  /** Whether it is on its way. */
  readonly busy: boolean;
  /** Asks; whether it was done. */
  readonly run: (method: string, path: string, body?: unknown) => Promise<boolean>;
}

/** Asks the daemon to do something, and keeps why it did not. */
export function useAction(): Action {
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  return {
    problem: problem.value,
    busy: busy.value,
    run: async (method, path, body) => {
      busy.value = true;
      const answer = await request(method, path, body);
      busy.value = false;
      problem.value = answer.ok ? null : answer.problem;
      return answer.ok;
    },
  };
}
