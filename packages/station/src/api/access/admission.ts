import { includesRole } from '../../params/permission.ts';
import { refuse, type Reply } from '../refusals.ts';
import type { ApiRole, TokenGate } from '../token-gate.ts';
import { setupName } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Commissioning } from './commissioning.ts';
import type { Peer } from './local-peer.ts';
import { isSameSecret } from './same-secret.ts';
import { signInIdsOf } from './sign-in-cookie.ts';
import type { SignIn, SignIns } from './sign-ins.ts';

/** Who asks, and how far they are let in. */
export interface Admitted {
  readonly role: ApiRole;
  /** For the history and the logs. */
  readonly who: string;
  /** The id of the browser's sign-in; null for programs and the local socket. */
  readonly signInId: string | null;
}

/** A route, as far as the gate is concerned. */
export interface Guarded {
  /** Who may: everybody, or this role and those above it. */
  readonly access: 'open' | ApiRole;
}

/** What a request shows. */
export interface Credentials {
  readonly transport: 'socket' | 'tcp';
  readonly address: string;
  /** Where the connection came in. */
  readonly localAddress: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly csrf: string | undefined;
}

/** What admission works with. */
export interface AdmissionDeps {
  readonly tokens: TokenGate;
  /** Null: they could not be opened, and nobody can sign in. */
  readonly accounts: Accounts | null;
  readonly signIns: SignIns;
  /** Absent: the account of who sets the device up is never open. */
  readonly commissioning?: Commissioning | undefined;
}

/** Judges who may use a route: the local socket by its file mode, programs by token, people by their sign-in. */
export function admit(route: Guarded, shown: Credentials, deps: AdmissionDeps): Admitted | Reply {
  if (shown.transport === 'socket') return { role: 'manufacturer', who: 'local console', signInId: null };
  const found = identify(shown, deps);
  // Whoever shows nothing, or something wrong, is nobody to an open route; nothing behind one asks for the role.
  if (route.access === 'open') return 'role' in found ? found : { role: 'viewer', who: 'nobody', signInId: null };
  if (!('role' in found)) return found;
  if (found.mustChange) {
    return refuse('api.passwordChange', 'The password that was given has to be changed before anything else.');
  }
  if (!includesRole(found.role, route.access)) {
    return refuse('api.forbidden', `This is for the role ${route.access}; you are ${found.role}.`);
  }
  return found;
}

function identify(shown: Credentials, deps: AdmissionDeps): (Admitted & { readonly mustChange: boolean }) | Reply {
  const token = /^Bearer +(\S+)$/i.exec(shown.authorization ?? '')?.[1];
  if (token !== undefined) return byToken(token, shown.address, deps);
  const found = findSignIn(shown.cookie, shown, deps);
  if (found === null) return unauthorized('Sign in, or send a token.');
  const { id, signIn, account } = found;
  const changes = shown.method !== 'GET' && shown.method !== 'HEAD';
  if (changes && !isSameSecret(shown.csrf, signIn.csrf)) {
    return refuse('api.csrf', 'The request does not carry the word that this sign-in was given.');
  }
  return { role: account.role, who: signIn.user, signInId: id, mustChange: account.mustChange };
}

/** A browser's sign-in, with the rights that it has now. */
interface FoundSignIn {
  readonly id: string;
  readonly signIn: SignIn;
  readonly account: { readonly role: ApiRole; readonly mustChange: boolean };
}

/** The sign-in that a browser brings in its cookies; null when it brings none that holds. */
export function findSignIn(
  cookie: string | undefined,
  from: Peer,
  deps: Omit<AdmissionDeps, 'tokens'>,
): FoundSignIn | null {
  for (const id of signInIdsOf(cookie)) {
    const signIn = deps.signIns.find(id);
    const account = signIn === null ? null : accountOf(signIn, from, deps);
    if (signIn !== null && account !== null) return { id, signIn, account };
  }
  return null;
}

/** Whose rights a sign-in has: those of its account at this moment, or of the token that it was begun with. */
function accountOf(
  signIn: SignIn,
  from: Peer,
  { accounts, commissioning }: Pick<AdmissionDeps, 'accounts' | 'commissioning'>,
): FoundSignIn['account'] | null {
  if (signIn.user === setupName && commissioning?.allows(from) !== true) return null;
  return signIn.role === null ? (accounts?.find(signIn.user) ?? null) : { role: signIn.role, mustChange: false };
}

function byToken(
  token: string,
  address: string,
  deps: AdmissionDeps,
): (Admitted & { readonly mustChange: boolean }) | Reply {
  const named = deps.accounts?.roleOfToken(token) ?? null;
  if (named !== null) return { role: named.role, who: `token "${named.name}"`, signInId: null, mustChange: false };
  const admission = deps.tokens.admit(token, address);
  switch (admission.kind) {
    case 'limited':
      return refuse('api.tooManyFailures', 'Too many wrong tokens.', {
        'Retry-After': String(admission.retryAfterSeconds),
      });
    case 'refused':
      return unauthorized('The token is wrong.');
    case 'admitted':
      return { role: admission.role, who: `${admission.role} token`, signInId: null, mustChange: false };
  }
}

function unauthorized(message: string): Reply {
  return refuse('api.unauthorized', message, { 'WWW-Authenticate': 'Bearer realm="kerbside"' });
}
