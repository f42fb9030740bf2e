import type { JSX } from 'preact';

import { get, stationPath } from '../../net/api.ts';
import type { MessageShape } from '../../net/shapes.ts';
import { Copy } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dayAndTime, duration } from '../../words/format.ts';
import { readable } from './message-list.ts';
import { words } from './words.ts';

/** One message whole, with the one that answers it or that it answers. */
export function MessageDetail({
  message,
  station,
  onClose,
}: {
  readonly message: MessageShape;
  readonly station: string;
  readonly onClose: () => void;
}): JSX.Element {
  const w = words();
  const partner = useSignal<MessageShape | null>(null);
  useEffect(() => {
    partner.value = null;
    void findPartner(message, station).then((found) => (partner.value = found));
  }, [message.seq]);
  const other = partner.value;
  return (
    <Dialog title={message.action ?? w.detail} sheet onClose={onClose}>
      <Whole message={message} />
      {other !== null && (
        <>
          <h3>{message.kind === 'call' ? w.partner.answer : w.partner.call}</h3>
          <Whole message={other} />
        </>
      )}
      {other === null && message.kind === 'call' && <p class="soft">{w.noAnswer}</p>}
    </Dialog>
  );
}

function Whole({ message }: { readonly message: MessageShape }): JSX.Element {
  const w = words();
  const { kind, direction, atMs, latencyMs, problem, id, text } = message;
  return (
    <section class="stack">
      <p class="soft small">
        {w.kindNames[kind]} {direction === 'out' ? w.sent : w.received}, {dayAndTime(atMs)}
        {latencyMs !== null && `, ${w.latency(duration(Math.round(latencyMs)))}`}
      </p>
      {problem !== null && <Notice tone="warn" title={problem} />}
      {id !== '' && <Copy text={id} />}
      <pre class="frame-text" tabIndex={0}>
        {readable(text)}
      </pre>
    </section>
  );
}

/** An answer names its call; the answer to a call is among those with the same message id. */
async function findPartner(message: MessageShape, station: string): Promise<MessageShape | null> {
  if (message.kind === 'mishap' || (message.kind !== 'call' && message.answerTo === null)) return null;
  const near = message.answerTo === null ? `after=${message.seq}` : `before=${message.answerTo + 1}&limit=1`;
  const text = message.answerTo === null ? `&text=${encodeURIComponent(message.id)}&limit=50` : '';
  const answer = await get<{ readonly messages: readonly MessageShape[] }>(
    stationPath(station, `/messages?${near}${text}`),
  );
  if (!answer.ok) return null;
  const { messages } = answer.value;
  return messages.find(({ seq, answerTo }) => seq === message.answerTo || answerTo === message.seq) ?? null;
}
