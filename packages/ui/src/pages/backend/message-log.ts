import { useSignal, type Signal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';

import { get, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import type { MessageShape } from '../../net/shapes.ts';
import { onMessage } from '../../state/live.ts';
import { belongs, merged, queryOf, type MessageChoice } from './message-list.ts';

/** So many are loaded at once. */
const pageSize = 500;

interface Page {
  readonly messages: readonly MessageShape[];
  readonly more: boolean;
}

/** The messages of a station that are wanted, as they are loaded and as they come. */
export interface MessageLog {
  readonly choice: Signal<MessageChoice>;
  /** The newest first. */
  readonly all: Signal<readonly MessageShape[]>;
  /** There are older ones. */
  readonly more: Signal<boolean>;
  readonly problem: Signal<Problem | null>;
  /** What has come while nothing moves; null: it goes on. */
  readonly paused: Signal<readonly MessageShape[] | null>;
  /** Loads the newest, or those before one. */
  readonly load: (before?: number) => Promise<void>;
  readonly goOn: () => void;
}

/** Loads and follows the messages of a station. */
export function useMessageLog(station: string): MessageLog {
  const choice = useSignal<MessageChoice>({ text: '', direction: 'all', kind: 'all', connector: '' });
  const all = useSignal<readonly MessageShape[]>([]);
  const more = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const paused = useSignal<readonly MessageShape[] | null>(null);
  const asked = useRef(0);
  const load = useCallback(
    async (before?: number) => {
      const question = ++asked.current;
      const query = queryOf(choice.value, { limit: pageSize, ...(before === undefined ? {} : { before }) });
      const answer = await get<Page>(stationPath(station, `/messages${query}`));
      // Somebody has typed on meanwhile: the answer belongs to another question.
      if (question !== asked.current) return;
      problem.value = answer.ok ? null : answer.problem;
      if (!answer.ok) return;
      all.value = merged(before === undefined ? [] : all.value, answer.value.messages);
      more.value = answer.value.more;
    },
    [station],
  );
  const chosen = choice.value;
  useEffect(() => void load(), [chosen, load]);
  useEffect(
    () =>
      onMessage((message) => {
        if (!belongs(message, choice.value)) return;
        if (paused.value === null) all.value = merged(all.value, [message]);
        else paused.value = [...paused.value, message];
      }),
    [station],
  );
  const goOn = (): void => {
    all.value = merged(all.value, paused.value ?? []);
    paused.value = null;
  };
  return { choice, all, more, problem, paused, load, goOn };
}
