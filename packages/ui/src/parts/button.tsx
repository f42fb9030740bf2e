import type { ComponentChildren, JSX } from 'preact';

import { Icon, type IconName } from './icon.tsx';

/** What a button looks like: the one step that is meant, any other, one that destroys, one that hardly shows. */
export type ButtonKind = 'primary' | 'plain' | 'danger' | 'quiet';

interface ButtonProps {
  readonly kind?: ButtonKind;
  readonly type?: 'button' | 'submit';
  readonly icon?: IconName;
  /** It works on what was asked; it cannot be pressed meanwhile. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** What it does, where that does not stand on it. */
  readonly label?: string;
  readonly onClick?: () => void;
  readonly children?: ComponentChildren;
}

/** A button. */
export function Button(props: ButtonProps): JSX.Element {
  const { kind = 'plain', type = 'button', icon, busy = false, disabled = false, label, onClick, children } = props;
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={disabled || busy}
      aria-busy={busy}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}
