import type { JSX } from 'preact';

import { Copy } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { words } from './words.ts';

/** A password or a token that was made just now. */
export interface Fresh {
  readonly kind: 'password' | 'token';
  readonly name: string;
  readonly secret: string;
}

/** Shows it, this once. */
export function FreshSecret({ fresh, onClose }: { readonly fresh: Fresh; readonly onClose: () => void }): JSX.Element {
  const w = words();
  const isToken = fresh.kind === 'token';
  return (
    <Dialog title={isToken ? w.freshToken(fresh.name) : w.fresh(fresh.name)} onClose={onClose}>
      <p>{isToken ? w.freshTokenLead : w.freshLead}</p>
      <p class="secret">
        <Copy text={fresh.secret} />
      </p>
    </Dialog>
  );
}
