import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { get, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Notice, type Tone } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { said, type Localized } from '../../words/dictionary.ts';
import { words } from './words.ts';

type Answer = 'accept' | 'refuse' | 'ask';

interface Foreseen {
  readonly idTag: string;
  readonly decision: Answer;
  readonly text: Localized;
  readonly otherwise: { readonly decision: Answer; readonly text: Localized } | null;
}

const tones: Readonly<Record<Answer, Tone>> = { accept: 'good', refuse: 'bad', ask: 'info' };

/** What the station would decide for a card, and why; nothing is decided by asking. */
export function Decision({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const card = useSignal('');
  const found = useSignal<Foreseen | null>(null);
  const problem = useSignal<Problem | null>(null);
  const ask = async (): Promise<void> => {
    const path = stationPath(station, `/authorization/decide?idTag=${encodeURIComponent(card.value.trim())}`);
    const answer = await get<Foreseen>(path);
    problem.value = answer.ok ? null : answer.problem;
    found.value = answer.ok ? answer.value : null;
  };
  const shown = found.value;
  return (
    <Card title={w.decide}>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <TextField label={w.card} value={card} required />
        <Button icon="search" type="submit">
          {w.ask}
        </Button>
      </form>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      {shown !== null && (
        <Notice tone={tones[shown.decision]} title={`${shown.idTag}: ${w.decisions[shown.decision]}`}>
          <p>{said(shown.text)}</p>
          {shown.otherwise !== null && (
            <p>
              {w.otherwise}: {w.decisions[shown.otherwise.decision]}. {said(shown.otherwise.text)}
            </p>
          )}
        </Notice>
      )}
    </Card>
  );
}
