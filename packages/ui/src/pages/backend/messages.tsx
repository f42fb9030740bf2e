import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';

import { download, get, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import type { MessageShape } from '../../net/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { onMessage } from '../../state/live.ts';
import { number } from '../../words/format.ts';
import { MessageChoices } from './message-choices.tsx';
import { MessageDetail } from './message-detail.tsx';
import { belongs, merged, queryOf, type MessageChoice } from './message-list.ts';
import { MessageRows } from './message-rows.tsx';
import { words } from './words.ts';

/** So many are loaded at once. */
const pageSize = 500;

interface Page {
  readonly messages: readonly MessageShape[];
  readonly more: boolean;
}

/** What the station and its backend said to each other. */
export function Messages({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const choice = useSignal<MessageChoice>({ text: '', direction: 'all', kind: 'all', connector: '' });
  const all = useSignal<readonly MessageShape[]>([]);
  const more = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const paused = useSignal<readonly MessageShape[] | null>(null);
  const opened = useSignal<MessageShape | null>(null);
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
  const count = useComputed(() => number(all.value.length)).value;
  const goOn = (): void => {
    all.value = merged(all.value, paused.value ?? []);
    paused.value = null;
  };
  return (
    <Card>
      <MessageChoices choice={choice} />
      <div class="row">
        {paused.value === null ? (
          <Button icon="pause" onClick={() => (paused.value = [])}>
            {w.pause}
          </Button>
        ) : (
          <Button icon="play" onClick={goOn}>
            {w.goOn}
          </Button>
        )}
        <Button
          icon="download"
          onClick={() => void download(stationPath(station, `/messages/export${queryOf(chosen)}`), 'messages.ndjson')}
        >
          {w.exportAll}
        </Button>
        <span class="soft small" role="status">
          {paused.value === null ? w.shown(count) : w.paused(number(paused.value.length))}
        </span>
      </div>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <MessageRows
        messages={all.value}
        onOpen={(message) => (opened.value = message)}
        onEnd={() => {
          const oldest = all.value.at(-1);
          if (more.value && oldest !== undefined) void load(oldest.seq);
        }}
      />
      <p class="soft small">{w.messagesHelp}</p>
      {opened.value !== null && (
        <MessageDetail message={opened.value} station={station} onClose={() => (opened.value = null)} />
      )}
    </Card>
  );
}
