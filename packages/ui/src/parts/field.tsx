import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

import { words } from './part-words.ts';

interface FieldProps {
  readonly label: string;
  /** What helps to fill it in. */
  readonly hint?: ComponentChildren;
  /** Why what stands in it is not taken; '' when it is. */
  readonly error?: string;
}

interface InputProps extends FieldProps {
  readonly value: Signal<string>;
  readonly name?: string;
  readonly autoComplete?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'url' | 'search';
  /** Behind the value, such as `A`. */
  readonly unit?: string;
  readonly onChange?: (value: string) => void;
}

/** What ties a field to its label and to what is said of it. */
interface Ids {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** A label, what is filled in, and what there is to say of it, tied together for screen readers. */
export function Field({
  label,
  hint,
  error = '',
  children,
}: FieldProps & {
  readonly children: (ids: Ids) => JSX.Element;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint ${id}-error`, 'aria-invalid': error !== '' })}
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p class="error" id={`${id}-error`} role={error === '' ? undefined : 'alert'}>
        {error}
      </p>
    </div>
  );
}

/** A line of text. */
export function TextField(props: InputProps): JSX.Element {
  return <Field {...props}>{(ids) => <Input {...props} {...ids} type="text" />}</Field>;
}

/** A line of text that nobody else shall read. */
export function PasswordField(props: InputProps): JSX.Element {
  const w = words();
  const shown = useSignal(false);
  return (
    <Field {...props}>
      {(ids) => (
        <div class="joined">
          <Input {...props} {...ids} type={shown.value ? 'text' : 'password'} />
          <button type="button" class="button" aria-pressed={shown.value} onClick={() => (shown.value = !shown.value)}>
            {w.show}
          </button>
        </div>
      )}
    </Field>
  );
}

function Input(props: InputProps & Ids & { readonly type: 'text' | 'password' }): JSX.Element {
  const { value, name, autoComplete, required, disabled, placeholder, inputMode, unit, onChange, id, type } = props;
  const shared = {
    id,
    name,
    value: value.value,
    autoComplete: autoComplete ?? 'off',
    autoCapitalize: 'off',
    spellcheck: false,
    required,
    disabled,
    placeholder,
    inputMode,
    'aria-describedby': props['aria-describedby'],
    'aria-invalid': props['aria-invalid'],
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => {
      value.value = event.currentTarget.value;
      onChange?.(event.currentTarget.value);
    },
  } as const;
  const input = type === 'password' ? <input {...shared} type="password" /> : <input {...shared} type="text" />;
  if (unit === undefined) return input;
  return (
    <span class="with-unit">
      {input}
      <span class="unit">{unit}</span>
    </span>
  );
}

/** One of several. */
export function SelectField({
  value,
  options,
  disabled,
  onChange,
  ...field
}: FieldProps & {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <Field {...field}>
      {(ids) => (
        <select {...ids} value={value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Something that is on or off. */
export function Switch({
  label,
  on,
  disabled,
  onChange,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
