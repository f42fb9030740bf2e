import { signal } from '@preact/signals';
import type { JSX } from 'preact';

import type { Tone } from './notice.tsx';

interface Toast {
  readonly key: number;
  readonly tone: Tone;
  readonly text: string;
}

/** So long a word about what was done stays (ms). */
const shownMs = 5_000;

const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Says for some seconds what was done. What a person must not miss is a `Notice` instead. */
export function say(text: string, tone: Tone = 'good'): void {
  const toast = { key: ++last, tone, text };
  toasts.value = [...toasts.value.slice(-2), toast];
  setTimeout(() => (toasts.value = toasts.value.filter((one) => one !== toast)), shownMs);
}

/** Where it is said. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ key, tone, text }) => (
        <p key={key} data-tone={tone}>
          {text}
        </p>
      ))}
    </div>
  );
}
