import { useSignal, type Signal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';

import { get } from '../net/api.ts';
import type { Problem } from '../net/problem.ts';

/** What was asked for: on its way, there, or refused. What was there stays until the next answer. */
export interface Loaded<T> {
  readonly value: Signal<T | null>;
  readonly problem: Signal<Problem | null>;
  readonly loading: Signal<boolean>;
  readonly reload: () => Promise<void>;
}

/** Reads an address of the API when the part is shown, again when the address changes, and when it is asked to. Null: nothing. */
export function useLoaded<T>(path: string | null): Loaded<T> {
  const value = useSignal<T | null>(null);
  const problem = useSignal<Problem | null>(null);
  const loading = useSignal(path !== null);
  const reload = useCallback(async () => {
    if (path === null) return;
    loading.value = true;
    const answer = await get<T>(path);
    loading.value = false;
    problem.value = answer.ok ? null : answer.problem;
    if (answer.ok) value.value = answer.value;
  }, [path]);
  useEffect(() => void reload(), [reload]);
  return { value, problem, loading, reload };
}
