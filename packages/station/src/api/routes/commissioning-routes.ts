import { KerbsideError } from '../../core/errors.ts';
import { setupName } from '../access/account.ts';
import type { Commissioning } from '../access/commissioning.ts';
import { ok, refuse } from '../refusals.ts';
import type { ApiCall, Route } from '../route.ts';
import { apiBase } from '../route.ts';
import { ref } from '../schemas.ts';

const view = { 200: { description: 'Whether it is open.', schema: ref('Commissioning') } } as const;

/** The access of somebody who sets a new device up. */
export const commissioningRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${apiBase}/commissioning`,
    id: 'getCommissioning',
    tag: 'access',
    summary: 'Whether somebody can set the device up with the printed password',
    access: 'viewer',
    responses: view,
    handle: (call) => ok(viewOf(call)),
  },
  {
    method: 'POST',
    path: `${apiBase}/commissioning`,
    id: 'openCommissioning',
    tag: 'access',
    summary: 'Open the commissioning access again',
    description:
      'For 30 minutes or until the station is registered; with a new password, which is told once. Only over the local socket: whoever does this stands at the device (kerbside commissioning open).',
    access: 'manufacturer',
    responses: { 201: { description: 'Open; the password is told this once.', schema: ref('FreshSecret') } },
    handle: async (call) => {
      if (call.address !== '') return refuse('api.notFromHere', 'Only somebody at the device can open it.');
      return ok({ name: setupName, password: await commissioningOf(call).open() }, 201);
    },
  },
  {
    method: 'DELETE',
    path: `${apiBase}/commissioning`,
    id: 'closeCommissioning',
    tag: 'access',
    summary: 'Shut the commissioning access',
    access: 'operator',
    responses: view,
    handle: async (call) => {
      await commissioningOf(call).close(`asked by ${call.who}`);
      return ok(viewOf(call));
    },
  },
];

function commissioningOf({ access }: ApiCall): Commissioning {
  if (access.commissioning !== null) return access.commissioning;
  throw new KerbsideError(
    'config.invalid',
    'The accounts are not open. A new device makes them just now; else the log says why.',
  );
}

function viewOf({ access }: ApiCall): { readonly open: boolean; readonly remainingSeconds: number | null } {
  const leftMs = access.commissioning?.leftMs ?? 0;
  return { open: leftMs > 0, remainingSeconds: leftMs > 0 ? Math.ceil(leftMs / 1_000) : null };
}
