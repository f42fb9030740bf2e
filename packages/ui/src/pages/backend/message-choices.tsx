import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';

import { SelectField, TextField } from '../../parts/field.tsx';
import { station } from '../../state/live.ts';
import type { MessageChoice } from './message-list.ts';
import { words } from './words.ts';

/** Between the last key and the question to the daemon (ms). */
const restMs = 250;

/** What of the messages is to be seen. */
export function MessageChoices({ choice }: { readonly choice: Signal<MessageChoice> }): JSX.Element {
  const w = words();
  const text = useSignal(choice.value.text);
  const timer = useSignal<ReturnType<typeof setTimeout> | undefined>(undefined);
  const set = (change: Partial<MessageChoice>): void => {
    choice.value = { ...choice.value, ...change };
  };
  const options = (names: Readonly<Record<string, string>>): readonly { value: string; label: string }[] =>
    Object.entries(names).map(([value, label]) => ({ value, label }));
  const connectors = ['0', ...(station.value?.evses ?? []).map(({ id }) => String(id))];
  return (
    <div class="choices">
      <TextField
        label={w.search}
        value={text}
        inputMode="search"
        onChange={(typed) => {
          clearTimeout(timer.value);
          timer.value = setTimeout(() => set({ text: typed }), restMs);
        }}
      />
      <SelectField
        label={w.direction}
        value={choice.value.direction}
        options={options(w.directions)}
        onChange={(value) => set({ direction: value as MessageChoice['direction'] })}
      />
      <SelectField
        label={w.kind}
        value={choice.value.kind}
        options={options(w.kinds)}
        onChange={(value) => set({ kind: value as MessageChoice['kind'] })}
      />
      <SelectField
        label={w.connector}
        value={choice.value.connector}
        options={[{ value: '', label: w.anyConnector }, ...connectors.map((value) => ({ value, label: value }))]}
        onChange={(connector) => set({ connector })}
      />
    </div>
  );
}
