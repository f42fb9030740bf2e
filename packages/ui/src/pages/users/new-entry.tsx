import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import type { Role } from '../../net/shapes.ts';
import { may } from '../../state/session.ts';
import { words } from './words.ts';

const roles: readonly Role[] = ['viewer', 'operator', 'manufacturer'];

/** Asks for a name and a role; nobody gives more than they have. */
export function NewEntry({
  label,
  action,
  busy,
  onCreate,
}: {
  readonly label: string;
  readonly action: string;
  readonly busy: boolean;
  readonly onCreate: (name: string, role: Role) => Promise<boolean>;
}): JSX.Element {
  const w = words();
  const name = useSignal('');
  const role = useSignal<Role>('viewer');
  return (
    <form
      class="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void onCreate(name.value.trim(), role.value).then((done) => {
          if (done) name.value = '';
        });
      }}
    >
      <TextField label={label} value={name} required />
      <SelectField
        label={w.role}
        value={role.value}
        hint={w.roleHelp[role.value]}
        options={roles.filter((one) => may(one)).map((value) => ({ value, label: w.roles[value] }))}
        onChange={(value) => (role.value = roles.find((one) => one === value) ?? 'viewer')}
      />
      <Button kind="primary" type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
