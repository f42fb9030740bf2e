import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';

import { Button } from '../../parts/button.tsx';
import type { ControlProps } from './control-props.ts';
import { MeasurandControl } from './measurand-control.tsx';
import type { ValueRule } from './parameter-shapes.ts';
import { choiceWord, itemsOf, unitWord } from './value-words.ts';
import { words } from './words.ts';

/** The control that fits the rule of a parameter. */
export function ParameterControl(props: ControlProps): JSX.Element {
  const { rule, secret } = props.view.row;
  if (secret === true) return <SecretControl {...props} />;
  switch (rule.type) {
    case 'boolean':
      return <SwitchControl {...props} />;
    case 'integer':
      return <NumberControl {...props} rule={rule} />;
    case 'choice':
      return <ChoiceControl {...props} values={rule.values} />;
    case 'list':
      return <ListControl {...props} values={rule.values} />;
    case 'measurands':
      return <MeasurandControl {...props} />;
    case 'text':
      return <TextControl {...props} />;
  }
}

interface Named {
  readonly id: string;
  readonly 'aria-labelledby': string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

function named({ view, labelledBy, describedBy, invalid }: ControlProps): Named {
  return {
    id: `value-${view.id}`,
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
    'aria-invalid': invalid,
  };
}

function SwitchControl(props: ControlProps): JSX.Element {
  const w = words();
  const { value, onValue } = props;
  const on = value === 'true';
  return (
    <span class="switch">
      <input
        {...named(props)}
        type="checkbox"
        role="switch"
        checked={on}
        onChange={(event) => onValue(String(event.currentTarget.checked))}
      />
      <span aria-hidden="true">{on ? w.on : w.off}</span>
    </span>
  );
}

function NumberControl(
  props: ControlProps & { readonly rule: Extract<ValueRule, { readonly type: 'integer' }> },
): JSX.Element {
  const w = words();
  const { view, value, rule, onValue } = props;
  const special = [...(rule.also ?? []), ...(rule.allowed ?? []).map(String)];
  const unit = unitWord(view.row);
  return (
    <div class="number-control">
      <span class="with-unit">
        <input
          {...named(props)}
          type="text"
          inputMode={rule.also === undefined ? 'numeric' : 'text'}
          autoComplete="off"
          value={value}
          onInput={(event) => onValue(event.currentTarget.value.trim())}
        />
        {unit !== '' && <span class="unit">{unit}</span>}
      </span>
      {special.length > 0 && (
        <span class="specials" role="group" aria-label={w.special}>
          {special.map((word) => (
            <button key={word} type="button" class="button" aria-pressed={value === word} onClick={() => onValue(word)}>
              {word}
            </button>
          ))}
        </span>
      )}
    </div>
  );
}

function ChoiceControl(props: ControlProps & { readonly values: readonly string[] }): JSX.Element {
  const { value, values, onValue } = props;
  const offered = values.includes(value) ? values : [value, ...values];
  return (
    <select {...named(props)} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
      {offered.map((word) => (
        <option key={word} value={word}>
          {choiceWord(word)}
        </option>
      ))}
    </select>
  );
}

function ListControl(props: ControlProps & { readonly values: readonly string[] }): JSX.Element {
  const { view, value, values, labelledBy, describedBy, onValue } = props;
  const chosen = itemsOf(value);
  const take = (word: string, on: boolean): void =>
    onValue(values.filter((each) => (each === word ? on : chosen.includes(each))).join(','));
  return (
    <div
      class="checks"
      role="group"
      id={`value-${view.id}`}
      tabIndex={-1}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
    >
      {values.map((word) => (
        <label key={word} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(word)}
            onChange={(event) => take(word, event.currentTarget.checked)}
          />
          {word}
        </label>
      ))}
    </div>
  );
}

function TextControl(props: ControlProps): JSX.Element {
  const { view, value, onValue } = props;
  return (
    <input
      {...named(props)}
      type="text"
      autoComplete="off"
      autoCapitalize="off"
      spellcheck={false}
      placeholder={view.row.example}
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}

/** What is set of a secret is never told; what is typed can be looked at. */
function SecretControl(props: ControlProps): JSX.Element {
  const w = words();
  const shown = useSignal(false);
  const { view, value, onValue } = props;
  const typed = value === view.value ? '' : value;
  const shared = {
    ...named(props),
    autoComplete: 'new-password',
    autoCapitalize: 'off',
    spellcheck: false,
    placeholder: view.value === '' ? w.secretNotSet : w.secretSet,
    value: typed,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
      // Whoever deletes what was typed has changed nothing; the secret is removed by going back to the default.
      onValue(event.currentTarget.value === '' ? view.value : event.currentTarget.value),
  } as const;
  return (
    <div class="joined">
      {shown.value ? <input {...shared} type="text" /> : <input {...shared} type="password" />}
      <Button onClick={() => (shown.value = !shown.value)}>{shown.value ? w.hide : w.show}</Button>
    </div>
  );
}
