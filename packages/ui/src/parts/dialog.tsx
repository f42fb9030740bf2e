import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

import { Icon } from './icon.tsx';
import { words } from './part-words.ts';

/** What covers the page until it is answered: in the middle, or as a sheet that comes from the side (on phones from below). */
export function Dialog({
  title,
  sheet,
  onClose,
  actions,
  children,
}: {
  readonly title: string;
  readonly sheet?: boolean;
  readonly onClose: () => void;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const w = words();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class={sheet === true ? 'sheet' : 'middle'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button quiet" aria-label={w.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="dialog-body">{children}</div>
      {actions !== undefined && <div class="dialog-foot">{actions}</div>}
    </dialog>
  );
}
