import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { download, stationPath } from '../../net/api.ts';
import type { MessageShape } from '../../net/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { number } from '../../words/format.ts';
import { MessageChoices } from './message-choices.tsx';
import { MessageDetail } from './message-detail.tsx';
import { queryOf } from './message-list.ts';
import { useMessageLog } from './message-log.ts';
import { MessageRows } from './message-rows.tsx';
import { words } from './words.ts';

/** What the station and its backend said to each other. */
export function Messages({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const log = useMessageLog(station);
  const { choice, all, more, problem, paused, load } = log;
  const opened = useSignal<MessageShape | null>(null);
  const chosen = choice.value;
  const count = useComputed(() => number(all.value.length)).value;
  return (
    <Card>
      <MessageChoices choice={choice} />
      <div class="row">
        {paused.value === null ? (
          <Button icon="pause" onClick={() => (paused.value = [])}>
            {w.pause}
          </Button>
        ) : (
          <Button icon="play" onClick={log.goOn}>
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
