import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

import { KerbsideError } from '../../core/errors.ts';
import type { ApiRole } from '../token-gate.ts';
import { accountName, passwordLength, setupName, type Account, type AccountBook, type ApiToken } from './account.ts';
import { accountBookText, readAccountBook } from './account-book.ts';
import { hashPassword, isOutdated, isPassword } from './password-hash.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

/** The file in the data folder that keeps accounts and the digests of tokens. */
export const accountFileName = 'users.json';

/** What accounts are opened with. */
export interface AccountsDeps {
  /** The path of the file. */
  readonly path: string;
  readonly wallMs: () => number;
  /** A device that nobody has set up yet: with the first accounts comes the one of who sets it up. */
  readonly isNew?: boolean;
}

/** Passwords that were made just now, by the name of their user, to be told once. */
export type FreshPasswords = Readonly<Record<string, string>>;

/** The accounts of a fresh daemon. */
const firstAccounts: readonly (readonly [name: string, role: ApiRole])[] = [
  ['operator', 'operator'],
  ['manufacturer', 'manufacturer'],
];

/** Letters and digits that nobody mistakes for others, on paper or on the phone. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Who is let in: people with passwords and programs with tokens. Every change is on disk before it counts. */
export class Accounts {
  readonly #deps: AccountsDeps;
  #book: AccountBook;
  /** Whoever names nobody waits as long as who names somebody; made when somebody signs in first. */
  #nobody: Promise<string> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(deps: AccountsDeps, book: AccountBook) {
    this.#deps = deps;
    this.#book = book;
  }

  /**
   * Opens the accounts of a data folder; makes the first ones, with passwords of their own, where there are none.
   * @throws KerbsideError `config.invalid` (a file that cannot be read), `store.unavailable`
   */
  static async open(deps: AccountsDeps): Promise<{ readonly accounts: Accounts; readonly fresh: FreshPasswords }> {
    const text = await readSecretFile(deps.path);
    const kept = text === undefined ? { users: [], tokens: [], commissioning: null } : readAccountBook(text);
    if (kept === null) {
      throw new KerbsideError(
        'config.invalid',
        `${deps.path} holds no accounts. Move it away; new ones are made at the next start.`,
      );
    }
    const accounts = new Accounts(deps, kept);
    return { accounts, fresh: text === undefined ? await accounts.#makeFirst() : {} };
  }

  async #makeFirst(): Promise<FreshPasswords> {
    const fresh: Record<string, string> = {};
    const users: Account[] = [];
    for (const [name, role] of firstAccounts) {
      const password = newPassword();
      fresh[name] = password;
      users.push({ name, role, hash: await hashPassword(password), mustChange: true, changedMs: this.#deps.wallMs() });
    }
    const setup = this.#deps.isNew === true ? newPassword() : null;
    if (setup !== null) fresh[setupName] = setup;
    const commissioning = setup === null ? null : { hash: await hashPassword(setup), sinceMs: this.#deps.wallMs() };
    await this.#write((book) => ({ ...book, users, commissioning }));
    return fresh;
  }

  get users(): readonly Omit<Account, 'hash'>[] {
    return this.#book.users.map((user) => shownUser(user));
  }

  get tokens(): readonly Omit<ApiToken, 'digest'>[] {
    return this.#book.tokens.map(({ id, name, role, createdMs }) => ({ id, name, role, createdMs }));
  }

  find(name: string): Omit<Account, 'hash'> | null {
    const found = this.#find(name);
    return found === undefined ? null : shownUser(found);
  }

  #find(name: string): Account | undefined {
    const { commissioning } = this.#book;
    if (commissioning !== null && sameName(name, setupName)) {
      const { hash, sinceMs } = commissioning;
      return { name: setupName, role: 'operator', hash, mustChange: false, changedMs: sinceMs };
    }
    return this.#book.users.find((user) => sameName(user.name, name));
  }

  /** The account with this name and password; null when there is none, after the same time. */
  async verify(name: string, password: string): Promise<Omit<Account, 'hash'> | null> {
    const found = this.#find(name);
    this.#nobody ??= hashPassword(randomBytes(16).toString('base64url'));
    const hash = found?.hash ?? (await this.#nobody);
    const isRight = password.length <= passwordLength.most && (await isPassword(password, hash));
    if (found === undefined || !isRight) return null;
    if (isOutdated(hash) && found.name !== setupName)
      await this.#replace(found.name, { hash: await hashPassword(password) });
    return shownUser(found);
  }

  /** The role of a program's token; null when it is none of ours. */
  roleOfToken(token: string): { readonly role: ApiRole; readonly name: string } | null {
    const given = digestOf(token);
    // All are compared, so that the time tells nothing.
    const matches = this.#book.tokens.map((kept) => ({
      kept,
      same: timingSafeEqual(Buffer.from(kept.digest), Buffer.from(given)),
    }));
    const found = matches.find(({ same }) => same)?.kept;
    return found === undefined ? null : { role: found.role, name: found.name };
  }

  /** Makes an account; its password is told once and has to be changed. @throws KerbsideError `access.refused`, `store.unavailable` */
  async create(name: string, role: ApiRole): Promise<string> {
    if (!accountName.test(name)) {
      const problem =
        'A user name has 1 to 40 letters, digits, ".", "_", "-" or "@", and begins with a letter or digit.';
      throw new KerbsideError('access.refused', problem);
    }
    if (sameName(name, setupName)) {
      throw new KerbsideError('access.refused', `"${setupName}" is kept for whoever sets the device up.`);
    }
    if (this.#find(name) !== undefined) throw new KerbsideError('access.refused', `There is a user "${name}" already.`);
    if (this.#book.users.length >= 100) throw new KerbsideError('access.refused', 'There are 100 users already.');
    const password = newPassword();
    const user = { name, role, hash: await hashPassword(password), mustChange: true, changedMs: this.#deps.wallMs() };
    await this.#write((book) => ({ ...book, users: [...book.users, user] }));
    return password;
  }

  /** Gives an account a password that is told once and has to be changed. @throws KerbsideError `access.unknown`, `store.unavailable` */
  async reset(name: string): Promise<string> {
    const { name: found } = this.#known(name);
    const password = newPassword();
    await this.#replace(found, { hash: await hashPassword(password), mustChange: true });
    return password;
  }

  /** Lets a person choose a password. @throws KerbsideError `access.unknown`, `access.refused`, `store.unavailable` */
  async choose(name: string, password: string): Promise<void> {
    const { name: found, hash } = this.#known(name);
    const problem = passwordProblem(password, found);
    if (problem !== null) throw new KerbsideError('access.refused', problem);
    if (await isPassword(password, hash)) {
      throw new KerbsideError('access.refused', 'The new password is the present one.');
    }
    await this.#replace(found, { hash: await hashPassword(password), mustChange: false });
  }

  /** Gives an account another role. @throws KerbsideError `access.unknown`, `access.refused`, `store.unavailable` */
  async changeRole(name: string, role: ApiRole): Promise<void> {
    const user = this.#known(name);
    if (user.role === 'manufacturer' && role !== 'manufacturer') this.#refuseLastManufacturer(user.name);
    await this.#replace(user.name, { role });
  }

  /** Takes an account away. @throws KerbsideError `access.unknown`, `access.refused`, `store.unavailable` */
  async remove(name: string): Promise<void> {
    const user = this.#known(name);
    if (user.role === 'manufacturer') this.#refuseLastManufacturer(user.name);
    await this.#write((book) => ({ ...book, users: book.users.filter((one) => one.name !== user.name) }));
  }

  /** Makes a token for a program; it is told once. @throws KerbsideError `access.refused`, `store.unavailable` */
  async createToken(name: string, role: ApiRole): Promise<{ readonly id: string; readonly token: string }> {
    if (!/^[^\p{Cc}]{1,80}$/u.test(name)) {
      throw new KerbsideError('access.refused', 'Say in 1 to 80 characters what the token is for.');
    }
    if (this.#book.tokens.length >= 100) throw new KerbsideError('access.refused', 'There are 100 tokens already.');
    const token = randomBytes(24).toString('base64url');
    const id = randomBytes(6).toString('hex');
    const kept = { id, name, role, digest: digestOf(token), createdMs: this.#deps.wallMs() };
    await this.#write((book) => ({ ...book, tokens: [...book.tokens, kept] }));
    return { id, token };
  }

  /** Takes a token away. @throws KerbsideError `access.unknown`, `store.unavailable` */
  async removeToken(id: string): Promise<void> {
    if (this.#book.tokens.every((token) => token.id !== id)) {
      throw new KerbsideError('access.unknown', `There is no token ${id}.`);
    }
    await this.#write((book) => ({ ...book, tokens: book.tokens.filter((token) => token.id !== id) }));
  }

  /** Since when the account of who sets the device up is open, wall ms; null: it is not. */
  get commissioningSinceMs(): number | null {
    return this.#book.commissioning?.sinceMs ?? null;
  }

  /** Opens the account of who sets the device up; its password is told once. @throws KerbsideError `store.unavailable` */
  async openCommissioning(): Promise<string> {
    const password = newPassword();
    const commissioning = { hash: await hashPassword(password), sinceMs: this.#deps.wallMs() };
    await this.#write((book) => ({ ...book, commissioning }));
    return password;
  }

  /** @throws KerbsideError `store.unavailable` */
  async closeCommissioning(): Promise<void> {
    await this.#write((book) => ({ ...book, commissioning: null }));
  }

  #known(name: string): Account {
    const found = this.#book.users.find((user) => sameName(user.name, name));
    if (found === undefined) throw new KerbsideError('access.unknown', `There is no user "${name}".`);
    return found;
  }

  #refuseLastManufacturer(name: string): void {
    const others = this.#book.users.filter((user) => user.role === 'manufacturer' && user.name !== name);
    if (others.length > 0) return;
    throw new KerbsideError('access.refused', `"${name}" is the last manufacturer; make another one first.`);
  }

  #replace(name: string, change: Partial<Account>): Promise<void> {
    const changedMs = this.#deps.wallMs();
    return this.#write((book) => ({
      ...book,
      users: book.users.map((user) => (user.name === name ? { ...user, ...change, changedMs } : user)),
    }));
  }

  /** One change after another, each made from what the one before left. */
  async #write(change: (book: AccountBook) => AccountBook): Promise<void> {
    const write = this.#writing.then(async () => {
      const next = change(this.#book);
      await writeSecretFile(this.#deps.path, accountBookText(next));
      this.#book = next;
    });
    this.#writing = write.catch(() => undefined);
    await write;
  }
}

/** An account without what nobody is shown. */
function shownUser({ name, role, mustChange, changedMs }: Account): Omit<Account, 'hash'> {
  return { name, role, mustChange, changedMs };
}

/** Why a password cannot be taken; null when it can. Length counts; what is in every list of guesses does not pass. */
export function passwordProblem(password: string, user: string): string | null {
  const { least, most } = passwordLength;
  const length = Array.from(password).length;
  if (length < least || length > most) return `A password has ${least} to ${most} characters.`;
  if (password.toLowerCase().includes(user.toLowerCase())) return 'The password contains the name of the user.';
  if (new Set(password).size < 5) return 'The password has too few different characters.';
  return null;
}

/** A password of 80 bits that can be read out and typed: `k7fm-x2pq-9trw-h4dz`. */
function newPassword(): string {
  const letters = Array.from({ length: 16 }, () => alphabet.charAt(randomInt(alphabet.length)));
  return [0, 4, 8, 12].map((start) => letters.slice(start, start + 4).join('')).join('-');
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
