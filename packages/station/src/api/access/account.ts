import type { ApiRole } from '../token-gate.ts';

/** A person who may sign in. */
export interface Account {
  readonly name: string;
  readonly role: ApiRole;
  /** As `hashPassword` makes it. */
  readonly hash: string;
  /** The password was given by somebody else, and is good only for choosing another. */
  readonly mustChange: boolean;
  /** Wall ms. */
  readonly changedMs: number;
}

/** A token that a program signs its requests with. */
export interface ApiToken {
  readonly id: string;
  /** What it is for, in the words of who made it. */
  readonly name: string;
  readonly role: ApiRole;
  /** SHA-256 of the token, base64url: the token itself is kept nowhere. */
  readonly digest: string;
  /** Wall ms. */
  readonly createdMs: number;
}

/** Everybody who is let in, as it is kept in the file. */
export interface AccountBook {
  readonly users: readonly Account[];
  readonly tokens: readonly ApiToken[];
  /** The account `setup`, while the device waits for somebody who sets it up; null: it is set up. */
  readonly commissioning: { readonly hash: string; readonly sinceMs: number } | null;
}

/** The account of somebody who sets a device up; nobody else can be called so. */
export const setupName = 'setup';

/** A name that an account can have: 1 to 40 letters, digits, `.`, `_`, `-`, `@`; case does not count. */
export const accountName: RegExp = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,39}$/u;

/** Bounds of a password, in characters; the longest keeps a sign-in from becoming work. */
export const passwordLength = { least: 10, most: 200 } as const;
