import type { ApiRole } from '../token-gate.ts';
import { TokenGate, type ApiTokens } from '../token-gate.ts';
import { setupName } from './account.ts';
import type { Accounts } from './accounts.ts';
import { admit, findSignIn, type Admitted, type Credentials, type Guarded } from './admission.ts';
import type { Commissioning } from './commissioning.ts';
import type { Peer } from './local-peer.ts';
import { LoginGuard } from './login-guard.ts';
import type { Reply } from '../refusals.ts';
import { SignIns } from './sign-ins.ts';

/** What the desk is made from. */
export interface AccessDeskDeps {
  readonly tokens: ApiTokens;
  /** Null: they are not open yet, or could not be opened; programs and the local socket get in all the same. */
  readonly accounts: Accounts | null;
  /** The account of who sets the device up; absent: it is never open. */
  readonly commissioning?: Commissioning;
  readonly monotonicMs: () => number;
  /** Somebody guesses: told for the log, once for each lock. */
  readonly onGuessing?: (problem: string) => void;
  /** Who was let in, and what was changed of who is: told for the log, without any secret. */
  readonly onNote?: (text: string) => void;
}

/** What became of a sign-in. */
export type SignInResult =
  | { readonly kind: 'in'; readonly id: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** Who sits before a browser, as the browser is told. */
export interface SessionView {
  readonly signedIn: boolean;
  readonly user: string | null;
  readonly role: ApiRole | null;
  readonly mustChangePassword: boolean;
  readonly csrf: string | null;
  readonly expiresInSeconds: number | null;
  readonly commissioning: { readonly open: boolean; readonly remainingSeconds: number | null };
}

/** Lets people and programs in. */
export class AccessDesk {
  #deps: AccessDeskDeps;
  readonly #tokens: TokenGate;
  readonly #signIns: SignIns;
  readonly #guard: LoginGuard;

  constructor(deps: AccessDeskDeps) {
    this.#deps = deps;
    this.#tokens = new TokenGate(deps);
    this.#signIns = new SignIns(deps);
    this.#guard = new LoginGuard(deps);
  }

  /** Takes the accounts, which are opened while programs and the command line get in already. */
  use(opened: Pick<AccessDeskDeps, 'accounts' | 'commissioning'>): void {
    this.#deps = { ...this.#deps, ...opened };
  }

  /** The accounts; null when they are not open yet, or could not be opened. */
  get accounts(): Accounts | null {
    return this.#deps.accounts;
  }

  /** The access of who sets the device up; null: there never is one. */
  get commissioning(): Commissioning | null {
    return this.#deps.commissioning ?? null;
  }

  /** Has something told that concerns who is let in. */
  note(text: string): void {
    this.#deps.onNote?.(text);
  }

  /** Judges who may use a route. */
  admit(route: Guarded, shown: Credentials): Admitted | Reply {
    return admit(route, shown, { ...this.#deps, tokens: this.#tokens, signIns: this.#signIns });
  }

  /** Who sits before the browser with this cookie. */
  view(cookie: string | undefined, from: Peer): SessionView {
    const found = findSignIn(cookie, from, { ...this.#deps, signIns: this.#signIns });
    const commissioning = this.#commissioningView();
    if (found === null) {
      const nobody = { user: null, role: null, mustChangePassword: false, csrf: null, expiresInSeconds: null };
      return { signedIn: false, ...nobody, commissioning };
    }
    const { id, signIn, account } = found;
    return {
      signedIn: true,
      user: signIn.user,
      role: account.role,
      mustChangePassword: account.mustChange,
      csrf: signIn.csrf,
      expiresInSeconds: Math.ceil(this.#signIns.leftMs(id) / 1_000),
      commissioning,
    };
  }

  #commissioningView(): SessionView['commissioning'] {
    const leftMs = this.#deps.commissioning?.leftMs ?? 0;
    return { open: leftMs > 0, remainingSeconds: leftMs > 0 ? Math.ceil(leftMs / 1_000) : null };
  }

  /** Signs a person in by name and password. Never tells whether the name or the password was wrong. */
  async signIn(name: string, password: string, from: Peer): Promise<SignInResult> {
    const { address } = from;
    const waitMs = this.#guard.waitMs(name, address);
    if (waitMs > 0) return { kind: 'wait', seconds: Math.ceil(waitMs / 1_000) };
    // Counted before it is known: who tries many at once has them all counted.
    this.#guard.failed(name, address);
    const account = (await this.#deps.accounts?.verify(name, password)) ?? null;
    const isElsewhere = account?.name === setupName && this.#deps.commissioning?.allows(from) !== true;
    if (account === null || isElsewhere) {
      const lockMs = this.#guard.waitMs(name, address);
      if (lockMs > 0) this.#deps.onGuessing?.(`Wrong passwords came from ${address}; the next is heard after a pause.`);
      return { kind: 'wrong' };
    }
    this.#guard.succeeded(name, address);
    this.note(`${account.name} (${account.role}) has signed in from ${address}.`);
    return { kind: 'in', id: this.#signIns.begin(account.name, null).id };
  }

  /** Signs a browser in by the token of a program, as the link does that a daemon prints. */
  signInByToken(token: string, address: string): SignInResult {
    const named = this.#deps.accounts?.roleOfToken(token) ?? null;
    if (named !== null) return { kind: 'in', id: this.#signIns.begin(`token "${named.name}"`, named.role).id };
    const admission = this.#tokens.admit(token, address);
    if (admission.kind === 'limited') return { kind: 'wait', seconds: admission.retryAfterSeconds };
    if (admission.kind === 'refused') return { kind: 'wrong' };
    return { kind: 'in', id: this.#signIns.begin(`${admission.role} token`, admission.role).id };
  }

  signOut(id: string): void {
    this.#signIns.end(id);
  }

  /**
   * Lets a person choose another password; every other browser has to sign in anew.
   * @throws KerbsideError `access.refused`, `access.unknown`, `store.unavailable`
   */
  async choosePassword(
    name: string,
    words: { readonly current: string; readonly next: string },
    from: { readonly address: string },
  ): Promise<SignInResult> {
    const waitMs = this.#guard.waitMs(name, from.address);
    if (waitMs > 0) return { kind: 'wait', seconds: Math.ceil(waitMs / 1_000) };
    this.#guard.failed(name, from.address);
    const { accounts } = this.#deps;
    if (accounts === null || (await accounts.verify(name, words.current)) === null) return { kind: 'wrong' };
    this.#guard.succeeded(name, from.address);
    await accounts.choose(name, words.next);
    this.note(`${name} has chosen another password.`);
    // The id may have been seen with the old password; a new one goes on.
    this.#signIns.endAllOf(name);
    return { kind: 'in', id: this.#signIns.begin(name, null).id };
  }

  /** Ends what a person or token has open, after their rights changed. */
  endAllOf(user: string): void {
    this.#signIns.endAllOf(user);
  }
}
