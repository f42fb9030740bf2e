import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';

import { Icon } from './icon.tsx';
import { words } from './part-words.ts';

/** A technical text that can be taken along by one press. */
export function Copy({
  text,
  children,
}: {
  readonly text: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const w = words();
  const done = useSignal(false);
  const copy = async (): Promise<void> => {
    done.value = await copied(text);
    setTimeout(() => (done.value = false), 2_000);
  };
  return (
    <span class="copy">
      <code>{children ?? text}</code>
      <button type="button" class="button quiet small" onClick={() => void copy()} aria-label={`${w.copy}: ${text}`}>
        <Icon name={done.value ? 'ok' : 'copy'} />
        <span role="status">{done.value ? w.copied : ''}</span>
      </button>
    </span>
  );
}

/** Pages over plain HTTP have no clipboard of their own, so that the old way is tried there. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
