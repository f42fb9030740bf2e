import assert from 'node:assert/strict';
import { randomBytes, scryptSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Accounts, passwordProblem, type FreshPasswords } from './accounts.ts';
import { hashPassword, isOutdated, isPassword } from './password-hash.ts';

describe('the accounts of a data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  const path = join(folder, 'users.json');
  let accounts: Accounts;
  let fresh: FreshPasswords;
  const reopened = async (): Promise<Accounts> => (await Accounts.open({ path, wallMs: () => 2 })).accounts;

  before(async () => {
    ({ accounts, fresh } = await Accounts.open({ path, wallMs: () => 1 }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('begin with operator and manufacturer, whose passwords are told once and stand nowhere', async () => {
    assert.deepEqual(Object.keys(fresh), ['operator', 'manufacturer']);
    assert.notEqual(fresh['operator'], fresh['manufacturer']);
    const text = readFileSync(path, 'utf8');
    for (const password of Object.values(fresh)) {
      assert.match(password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
      assert.ok(!text.includes(password));
    }
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual((await Accounts.open({ path, wallMs: () => 1 })).fresh, {});
  });

  it('know a password by name without regard to case, and have to have it changed', async () => {
    const found = await accounts.verify('Operator', fresh['operator'] ?? '');
    assert.deepEqual(found?.role, 'operator');
    assert.equal(found?.mustChange, true);
    assert.equal(await accounts.verify('operator', fresh['manufacturer'] ?? ''), null);
    assert.equal(await accounts.verify('nobody', fresh['operator'] ?? ''), null);
    await accounts.choose('operator', 'ein eigenes Paßwort');
    // ß typed as two code points is the same password.
    assert.equal(
      (await (await reopened()).verify('operator', 'ein eigenes Paßwort'.normalize('NFD')))?.mustChange,
      false,
    );
    await assert.rejects(accounts.choose('operator', 'ein eigenes Paßwort'), { code: 'access.refused' });
  });

  it('take no weak password and no odd name', async () => {
    for (const weak of ['', 'short', 'x'.repeat(201), 'my Operator pass', 'abababababab']) {
      assert.notEqual(passwordProblem(weak, 'operator'), null, weak);
    }
    for (const name of ['', ' anna', 'a/b', '../x', 'a'.repeat(41), 'OPERATOR', 'setup', 'a\nb', '<b>']) {
      await assert.rejects(accounts.create(name, 'viewer'), { code: 'access.refused' }, name);
    }
  });

  it('keep every change of many at once, and always have a manufacturer', async () => {
    await Promise.all(['a1', 'a2', 'a3'].map((name) => accounts.create(name, 'viewer')));
    await Promise.all([accounts.changeRole('a1', 'manufacturer'), accounts.remove('a2')]);
    const names = (await reopened()).users.map(({ name, role }) => `${name} ${role}`);
    assert.deepEqual(names, ['operator operator', 'manufacturer manufacturer', 'a1 manufacturer', 'a3 viewer']);
    await accounts.remove('manufacturer');
    await assert.rejects(accounts.remove('A1'), { code: 'access.refused' });
    await assert.rejects(accounts.changeRole('a1', 'operator'), { code: 'access.refused' });
  });

  it('make a hash of an older cost anew when its password is known', async () => {
    const salt = randomBytes(16);
    const key = scryptSync('an old password', salt, 32, { N: 16_384, r: 8, p: 1 });
    const old = ['scrypt', 16_384, 8, 1, salt.toString('base64url'), key.toString('base64url')].join('$');
    const book: { users: { name: string; hash: string }[] } = JSON.parse(readFileSync(path, 'utf8'));
    const users = book.users.map((user) => (user.name === 'a3' ? { ...user, hash: old } : user));
    writeFileSync(path, JSON.stringify({ ...book, users }));
    const later = await reopened();
    assert.equal(await later.verify('a3', 'another password'), null);
    assert.ok(readFileSync(path, 'utf8').includes(old));
    assert.notEqual(await later.verify('a3', 'an old password'), null);
    assert.ok(!readFileSync(path, 'utf8').includes(old));
    assert.notEqual(await (await reopened()).verify('a3', 'an old password'), null);
  });

  it('leave a file alone that they cannot read', async () => {
    for (const text of [
      '',
      '{}',
      '{"version":1,"users":[{"name":"x"}],"tokens":[]}',
      '{"version":2,"users":[],"tokens":[]}',
    ]) {
      writeFileSync(path, text);
      await assert.rejects(reopened(), { code: 'config.invalid' });
      assert.equal(readFileSync(path, 'utf8'), text);
    }
  });
});

describe('the hash of a password', () => {
  it('is another one each time, and only its password fits', async () => {
    const [one, other] = await Promise.all([hashPassword('quiet words'), hashPassword('quiet words')]);
    assert.notEqual(one, other);
    assert.deepEqual([await isPassword('quiet words', one), await isPassword('Quiet words', one)], [true, false]);
    assert.equal(isOutdated(one), false);
  });

  it('that asks for more memory than a station has, or is none, fits nothing', async () => {
    const [, , , , salt, key] = (await hashPassword('x')).split('$');
    for (const cost of ['1048576$8$1', '32768$512$1', '3$8$1', '0$8$1', '32768$8$99', 'NaN$8$1']) {
      assert.equal(await isPassword('x', `scrypt$${cost}$${salt}$${key}`), false, cost);
    }
    assert.equal(await isPassword('x', 'plain'), false);
    assert.equal(isOutdated('plain'), true);
  });
});
