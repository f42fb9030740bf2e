import type { ComponentChildren, JSX } from 'preact';

import { Icon, type IconName } from './icon.tsx';

/** How a thing stands; each has a colour and, for who does not see it, a sign. */
export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'soft';

const icons: Readonly<Record<Tone, IconName>> = { good: 'ok', info: 'info', warn: 'warn', bad: 'bad', soft: 'info' };

/** Something that a person should know: a sentence, and what there is to say of it. */
export function Notice({
  tone,
  title,
  children,
}: {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'note'}>
      <Icon name={icons[tone]} />
      <div>
        <p class="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** A state in a word. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }): JSX.Element {
  return (
    <span class="badge" data-tone={tone}>
      {children}
    </span>
  );
}
