import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { MessageShape } from '../../net/shapes.ts';
import { Icon } from '../../parts/icon.tsx';
import { duration, moment } from '../../words/format.ts';
import { payloadOf, visibleRows } from './message-list.ts';
import { words } from './words.ts';

/** The height of a row, as in the style (px). */
const rowHeight = 52;

/** A list of any length, of which only what can be seen is drawn. */
export function MessageRows({
  messages,
  onOpen,
  onEnd,
}: {
  readonly messages: readonly MessageShape[];
  readonly onOpen: (message: MessageShape) => void;
  /** The end comes into sight. */
  readonly onEnd: () => void;
}): JSX.Element {
  const w = words();
  const place = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useEffect(() => {
    if (place.current !== null) height.value = place.current.clientHeight;
  }, []);
  const { from, to } = visibleRows(messages.length, { top: top.value, height: height.value, row: rowHeight });
  useEffect(() => {
    if (messages.length > 0 && to === messages.length) onEnd();
  }, [to, messages.length]);
  if (messages.length === 0) return <p class="empty">{w.noMessages}</p>;
  return (
    <div
      class="message-rows"
      ref={place}
      role="region"
      aria-label={w.tabs.messages}
      tabIndex={0}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
        height.value = event.currentTarget.clientHeight;
      }}
    >
      <ol style={{ '--count': String(messages.length) }}>
        {messages.slice(from, to).map((message, index) => (
          <li key={message.seq} style={{ '--at': String(from + index) }}>
            <MessageRow message={message} onOpen={onOpen} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function MessageRow({
  message,
  onOpen,
}: {
  readonly message: MessageShape;
  readonly onOpen: (message: MessageShape) => void;
}): JSX.Element {
  const w = words();
  const { direction, kind, action, atMs, latencyMs, problem } = message;
  const way = direction === 'out' ? w.sent : w.received;
  return (
    <button type="button" class="message-row" data-bad={problem !== null} onClick={() => onOpen(message)}>
      <Icon name={problem !== null ? 'warn' : direction === 'out' ? 'arrowRight' : 'arrowLeft'} />
      <span class="action">
        <strong>{action ?? w.kindNames[kind]}</strong>
        <span class="soft small">
          {kind === 'mishap' ? w.kindNames.mishap : `${w.kindNames[kind]} ${way}`}
          {latencyMs !== null && ` ${w.latency(duration(Math.round(latencyMs)))}`}
        </span>
      </span>
      <span class="excerpt mono small">{problem ?? payloadOf(message.text)}</span>
      <time class="soft small number">{moment(atMs)}</time>
    </button>
  );
}
