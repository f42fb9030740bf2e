import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { AccessDesk } from '../api/access/access-desk.ts';
import { Accounts } from '../api/access/accounts.ts';
import { testTokens } from '../api/access/test-access.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { publishStationEvent } from '../station/station-events.ts';
import { CommissioningKeeper } from './commissioning-keeper.ts';

const here = { address: '127.0.0.1', localAddress: '127.0.0.1' };
const atInterface = { address: '192.168.7.20', localAddress: '192.168.7.1' };
const elsewhere = { address: '10.0.0.7', localAddress: '10.0.0.1' };
const minutes = 60_000;

describe('the commissioning access', () => {
  let folder = '';
  let path = '';
  let time: VirtualTime;
  const keepers: CommissioningKeeper[] = [];
  const listening: (readonly string[])[] = [];
  let interfaces = [{ address: '192.168.7.1', cidr: '192.168.7.1/24' }];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kb-'));
    path = join(folder, 'users.json');
    time = new VirtualTime();
    listening.length = 0;
  });
  afterEach(() => {
    for (const keeper of keepers.splice(0)) keeper.stop();
    rmSync(folder, { recursive: true });
  });

  /** One life of the daemon. */
  async function begin(
    isRegistered = false,
  ): Promise<{ password: string; desk: AccessDesk; keeper: CommissioningKeeper; accounts: Accounts }> {
    const { accounts, fresh } = await Accounts.open({ path, wallMs: () => time.systemWallMs(), isNew: true });
    const keeper = new CommissioningKeeper({
      accounts,
      time,
      tell: () => undefined,
      isRegistered: () => isRegistered,
      addresses: () => interfaces,
    });
    keepers.push(keeper);
    const monotonicMs = (): number => time.monotonicMs();
    const desk = new AccessDesk({ tokens: testTokens, accounts, commissioning: keeper.commissioning, monotonicMs });
    keeper.start();
    keeper.serveBy(async (addresses) => void listening.push(addresses));
    return { password: fresh['setup'] ?? '', desk, keeper, accounts };
  }

  it('lets the user setup in as operator, from the machine and from the interface, and from nowhere else', async () => {
    const { password, desk } = await begin();
    for (const [from, expected] of [
      [here, 'in'],
      [atInterface, 'in'],
      [elsewhere, 'wrong'],
    ] as const) {
      assert.equal((await desk.signIn('setup', password, from)).kind, expected, from.address);
    }
    const signedIn = await desk.signIn('Setup', password, here);
    assert.ok(signedIn.kind === 'in');
    const cookie = `kerbside=${signedIn.id}`;
    assert.equal(desk.view(cookie, here).role, 'operator');
    assert.deepEqual(desk.view(cookie, here).commissioning, { open: true, remainingSeconds: 1_800 });
    assert.equal(desk.view(cookie, elsewhere).signedIn, false, 'the cookie alone is nothing elsewhere');
  });

  it('ends after 30 minutes with all who are in, and does not come back by a restart', async () => {
    const { password, desk } = await begin();
    const signedIn = await desk.signIn('setup', password, here);
    assert.ok(signedIn.kind === 'in');
    await time.advance(30 * minutes);
    assert.equal(desk.view(`kerbside=${signedIn.id}`, here).signedIn, false);
    assert.equal((await desk.signIn('setup', password, here)).kind, 'wrong');
    await written(() => readFileSync(path, 'utf8').includes('"commissioning": null'));
    const next = await begin();
    assert.equal(next.password, '');
    assert.equal((await next.desk.signIn('setup', password, here)).kind, 'wrong');
  });

  it('has after a restart only what was left of its time', async () => {
    const { password } = await begin();
    await time.advance(20 * minutes);
    const { desk } = await begin();
    assert.equal((await desk.signIn('setup', password, here)).kind, 'in');
    await time.advance(10 * minutes);
    assert.equal((await desk.signIn('setup', password, here)).kind, 'wrong');
  });

  it('ends when a backend has accepted a station, while it runs or before', async () => {
    const { password, desk } = await begin();
    publishStationEvent({ type: 'registration', state: 'pending', station: 's', atMs: 0 });
    assert.equal((await desk.signIn('setup', password, here)).kind, 'in');
    publishStationEvent({ type: 'registration', state: 'accepted', station: 's', atMs: 0 });
    assert.equal((await desk.signIn('setup', password, here)).kind, 'wrong');
    rmSync(path);
    const other = await begin(true);
    assert.equal((await other.desk.signIn('setup', other.password, here)).kind, 'wrong');
  });

  it('is served at the interface while it is open, also when the interface comes up late', async () => {
    interfaces = [];
    const { keeper } = await begin();
    assert.deepEqual(listening.at(-1), []);
    interfaces = [
      { address: '192.168.7.1', cidr: '192.168.7.1/24' },
      { address: 'fe80::1', cidr: 'fe80::1/64' },
    ];
    await time.advance(5_000);
    assert.deepEqual(listening.at(-1), ['192.168.7.1']);
    await keeper.commissioning.close('a test');
    assert.deepEqual(listening.at(-1), []);
    const { length } = listening;
    await time.advance(60 * minutes);
    assert.equal(listening.length, length, 'nobody looks any more');
  });

  it('is opened again at the device with another password', async () => {
    const { password, keeper, desk } = await begin();
    await keeper.commissioning.close('a test');
    const another = await keeper.commissioning.open();
    assert.notEqual(another, password);
    assert.equal((await desk.signIn('setup', password, here)).kind, 'wrong');
    assert.equal((await desk.signIn('setup', another, here)).kind, 'in');
  });

  it('is shut where it cannot be read', async () => {
    await begin();
    const book: unknown = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...(book as object), commissioning: { hash: 1 } }));
    const { accounts } = await begin();
    assert.equal(accounts.commissioningSinceMs, null);
    await assert.rejects(accounts.create('Setup', 'viewer'), { code: 'access.refused' });
  });
});

/** Resolves when a file that is written in the background says so. */
async function written(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, 'nothing was written');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
