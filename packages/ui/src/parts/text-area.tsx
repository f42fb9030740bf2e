import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';

import { Field } from './field.tsx';

/** The longest file that is read (bytes); a film dropped by mistake is not. */
const mostBytes = 10_000_000;

/** A text of several lines, which may also come from a file. */
export function TextArea({
  label,
  hint,
  error,
  value,
  rows = 6,
  fileLabel,
  accept,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string;
  readonly value: Signal<string>;
  readonly rows?: number;
  /** What the choice of a file is called; left out: none is offered. */
  readonly fileLabel?: string;
  readonly accept?: string;
}): JSX.Element {
  return (
    <>
      <Field label={label} {...(hint === undefined ? {} : { hint })} {...(error === undefined ? {} : { error })}>
        {(ids) => (
          <textarea
            {...ids}
            class="mono"
            rows={rows}
            spellcheck={false}
            value={value.value}
            onInput={(event) => (value.value = event.currentTarget.value)}
          />
        )}
      </Field>
      {fileLabel !== undefined && (
        <Field label={fileLabel}>
          {(ids) => (
            <input
              {...ids}
              type="file"
              accept={accept}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file === undefined || file.size > mostBytes) return;
                void file.text().then((text) => (value.value = text));
              }}
            />
          )}
        </Field>
      )}
    </>
  );
}
