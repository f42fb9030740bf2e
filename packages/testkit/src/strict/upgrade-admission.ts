import { STATUS_CODES } from 'node:http';

import type { Behaviour } from '../script/rule.ts';

/** What `ocpp-rpc` offers to decide an upgrade with. */
export interface Upgrade {
  readonly accept: (session?: Record<string, unknown>, protocol?: string | false) => void;
  readonly reject: (code: number, message: string) => void;
  readonly handshake: { readonly password: Buffer | undefined; readonly protocols: Set<string> };
}

/** Lets a station in or not: what the rules want, then the password, compared as raw bytes (S-02). */
export function admit(upgrade: Upgrade, behaviour: Behaviour, password: string | Uint8Array | undefined): void {
  const { accept, reject, handshake } = upgrade;
  const wrong =
    password !== undefined && (handshake.password === undefined || !handshake.password.equals(Buffer.from(password)));
  const status = behaviour.refuseUpgrade?.status ?? (wrong ? 401 : undefined);
  if (status !== undefined) {
    reject(status, STATUS_CODES[status] ?? 'refused');
    return;
  }
  const name = behaviour.selectSubProtocol?.name;
  if (name === undefined) {
    acceptOffered(upgrade);
    return;
  }
  // ocpp-rpc selects only what was offered, so the foreign name is added to the offer.
  if (name !== null) handshake.protocols.add(name);
  accept({}, name ?? false);
}

/** Without a common sub-protocol the upgrade is answered 400, as strict backends do; a station must always offer one (T-03). */
function acceptOffered({ accept, reject, handshake }: Upgrade): void {
  if (handshake.protocols.has('ocpp1.6')) accept({}, 'ocpp1.6');
  else reject(400, 'No common sub-protocol');
}
