import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';

import { Button } from '../../parts/button.tsx';
import type { ControlProps } from './control-props.ts';
import { itemsOf } from './value-words.ts';
import { words } from './words.ts';

/** The measurands of OCPP 1.6 §7.31. */
const measurands = [
  'Energy.Active.Import.Register',
  'Power.Active.Import',
  'Current.Import',
  'Voltage',
  'Current.Offered',
  'Power.Offered',
  'SoC',
  'Temperature',
  'Frequency',
  'Power.Factor',
  'Energy.Active.Export.Register',
  'Energy.Active.Import.Interval',
  'Energy.Active.Export.Interval',
  'Energy.Reactive.Import.Register',
  'Energy.Reactive.Export.Register',
  'Energy.Reactive.Import.Interval',
  'Energy.Reactive.Export.Interval',
  'Power.Active.Export',
  'Power.Reactive.Import',
  'Power.Reactive.Export',
  'Current.Export',
  'RPM',
];

/** What is measured and sent: the chosen ones at a glance, the others behind one press. */
export function MeasurandControl(props: ControlProps): JSX.Element {
  const w = words();
  const { view, value, labelledBy, describedBy, onValue } = props;
  const { rule } = view.row;
  const chosen = itemsOf(value);
  const other = useSignal('');
  const withIntervals = rule.type === 'measurands' && rule.intervals === true;
  const offered = measurands.filter((word) => withIntervals || !word.endsWith('.Interval') || chosen.includes(word));
  const take = (word: string, on: boolean): void =>
    onValue((on ? [...chosen, word] : chosen.filter((each) => each !== word)).join(','));
  const add = (): void => {
    const word = other.value.trim();
    if (word !== '' && !chosen.includes(word)) take(word, true);
    other.value = '';
  };
  return (
    <div
      class="measurands"
      role="group"
      id={`value-${view.id}`}
      tabIndex={-1}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      <p class="chosen">{chosen.length === 0 ? '–' : chosen.map((word) => <code key={word}>{word}</code>)}</p>
      <details>
        <summary class="button">{w.chooseMeasurands}</summary>
        <div class="checks">
          {[...offered, ...chosen.filter((word) => !offered.includes(word))].map((word) => (
            <label key={word} class="check">
              <input
                type="checkbox"
                checked={chosen.includes(word)}
                onChange={(event) => take(word, event.currentTarget.checked)}
              />
              <code>{word}</code>
            </label>
          ))}
        </div>
        <div class="joined">
          <input
            type="text"
            aria-label={w.addMeasurand}
            placeholder={w.addMeasurand}
            value={other.value}
            onInput={(event) => (other.value = event.currentTarget.value)}
          />
          <Button onClick={add}>{w.add}</Button>
        </div>
      </details>
    </div>
  );
}
