import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { KerbsideError } from '../../core/errors.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { AUTHORITY, TestAuthority, type Issued } from '../../link/test-authority.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import { overridesOf } from '../../params/overrides.ts';
import { openParameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import type { StationDeps } from '../station-deps.ts';
import { StationRoots } from './station-roots.ts';

const authority = new TestAuthority();
after(() => authority.close());
const root = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY });
const another = authority.issue({ subject: '/CN=Another', extensions: AUTHORITY });
const successor = authority.issue({ subject: '/CN=Successor', extensions: AUTHORITY, issuer: root });

type Defaults = NonNullable<Parameters<typeof overridesOf>[0]['defaults']>;

/** The roots of a station without the rest of it. */
class Bench {
  readonly time = new VirtualTime(Date.now());
  readonly store: Store;
  readonly problems: string[] = [];
  readonly events: string[] = [];
  trustChanges = 0;
  link: VerifiedLink | null = null;
  fileRoots: readonly string[] = [];
  own = '';
  readonly roots: StationRoots;

  private constructor(store: Store, params: StationDeps['params']) {
    this.store = store;
    const clock = {
      nowMs: () => this.time.systemWallMs(),
      certificateTime: () => ({ nowMs: Date.now(), clockValid: true }),
    };
    const deps = { name: 'S', store, time: this.time, params, clock, roots: () => this.fileRoots };
    this.roots = new StationRoots(deps, {
      link: () => this.link,
      onTrust: () => (this.trustChanges += 1),
      isOwn: ({ serialNumber }) => serialNumber === this.own,
      onSecurityEvent: (type, detail) => this.events.push(`${type} ${detail}`),
      onProblem: (text) => this.problems.push(text),
    });
  }

  static async open(defaults: Defaults = {}, store: Store = createMemoryStore()): Promise<Bench> {
    let bench: Bench | null = null;
    const params = await openParameters({
      station: 'S',
      store,
      clock: { nowMs: () => 0 },
      time: { monotonicMs: () => 0 },
      overrides: overridesOf({ defaults }),
      provide: { 'security.backendRoots': () => bench?.roots.desk.backendRoots ?? 0 },
    });
    bench = new Bench(store, params);
    await bench.roots.load();
    return bench;
  }

  /** A link that this certificate verified. */
  linkedBy({ x509 }: Issued): void {
    this.link = { tls: true, anchor: x509.fingerprint256, validToMs: null };
    this.roots.opened();
  }

  get names(): readonly string[] {
    return this.roots.local.list().map(({ name }) => name);
  }
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof KerbsideError, 'it was not refused');
  return `${error.code}: ${error.message}`;
}

describe('the roots of a station', () => {
  it('two that come at the same moment do not both take the last place', async () => {
    const bench = await Bench.open({ 'security.certificateStoreMaxLength': 10 });
    for (let count = 1; count <= 9; count++)
      await bench.roots.local.install('manufacturer', authority.issue({ extensions: AUTHORITY }).pem);
    const { desk } = bench.roots;
    const answers = await Promise.all([
      desk.install('centralSystem', root.pem),
      desk.install('centralSystem', another.pem),
    ]);
    assert.deepEqual(answers, ['accepted', 'rejected']);
  });

  it('the same certificate may be of both kinds, and its hashes delete both', async () => {
    const bench = await Bench.open({ 'backend.protocol': 'ws' });
    const { desk, local } = bench.roots;
    assert.ok(await local.install('centralSystem', root.pem));
    assert.ok(await local.install('manufacturer', root.pem));
    assert.equal(await local.install('manufacturer', root.pem), false);
    const [hashes] = desk.list('manufacturer');
    assert.ok(hashes !== undefined);
    assert.equal(await desk.delete(hashes), 'accepted');
    assert.deepEqual(bench.names, []);
  });

  it('the certificate of the station itself is not deleted', async () => {
    const bench = await Bench.open();
    bench.own = 'ab';
    const hashes = { algorithm: 'SHA256', issuerNameHash: '', issuerKeyHash: '', serialNumber: 'ab' } as const;
    assert.equal(await bench.roots.desk.delete(hashes), 'failed');
    assert.match(bench.problems.join(), /station itself/u);
  });

  it('the last root stays while the backend is to be verified by it, also when there is no link', async () => {
    const bench = await Bench.open({ 'backend.protocol': 'wss' });
    const { local } = bench.roots;
    await local.install('centralSystem', root.pem);
    await local.install('centralSystem', another.pem);
    await local.delete(root.x509.fingerprint256);
    const last = another.x509.fingerprint256;
    assert.match(await refusal(local.delete(last)), /certificate\.refused: .*the last root/u);
    bench.fileRoots = [root.pem];
    await local.delete(last);
    assert.deepEqual(bench.names, []);
  });

  it('the first digits of a fingerprint are enough where only one begins so', async () => {
    const bench = await Bench.open({ 'backend.protocol': 'ws' });
    const { local } = bench.roots;
    await local.install('centralSystem', root.pem);
    await local.install('centralSystem', another.pem);
    assert.match(await refusal(local.delete('zz')), /certificate\.unknown/u);
    assert.match(await refusal(local.delete(':')), /certificate\.unknown/u);
    await local.delete(root.x509.fingerprint256.slice(0, 11).toLowerCase());
    assert.deepEqual(bench.names, ['Another']);
  });

  it('a root for backends is another trust; one of the manufacturer is not', async () => {
    const bench = await Bench.open();
    await bench.roots.local.install('manufacturer', root.pem);
    assert.deepEqual([bench.trustChanges, bench.roots.desk.trusted], [0, []]);
    await bench.roots.local.install('centralSystem', root.pem);
    await bench.roots.local.install('centralSystem', another.pem);
    assert.deepEqual([bench.trustChanges, bench.roots.desk.trusted], [2, [another.pem, root.pem]]);
  });

  it('a link that a public root verified is told of when that does not count any more', async () => {
    const bench = await Bench.open();
    bench.linkedBy(another);
    await bench.roots.local.install('centralSystem', root.pem);
    assert.match(bench.problems.join(), /does not count from the next connection on/u);
    const wide = await Bench.open({ 'backend.tlsTrust': 'installed+public' });
    wide.linkedBy(another);
    await wide.roots.local.install('centralSystem', root.pem);
    const filed = await Bench.open();
    filed.fileRoots = [`# a comment\n${another.pem}`];
    filed.linkedBy(another);
    await filed.roots.local.install('centralSystem', root.pem);
    assert.deepEqual([wide.problems, filed.problems], [[], []]);
  });

  it('what cannot be read in the store does not count, and does not disturb', async () => {
    const store = createMemoryStore();
    const put = (key: string, value: object) =>
      ({ op: 'putDocument', station: 'S', collection: 'roots', key, value: { ...value } }) as const;
    await store.commit([put('a', {}), put('b', { kind: 'centralSystem', pem: 1 }), put('c', { kind: 'other' })]);
    const broken = { kind: 'centralSystem', pem: 'broken', fingerprint: 'AA', issuerKey: '', installedMs: 0 };
    await store.commit([put('d', broken)]);
    const bench = await Bench.open({}, store);
    assert.deepEqual(bench.names, []);
    await bench.roots.local.install('centralSystem', root.pem);
    assert.deepEqual((await Bench.open({}, store)).names, ['Root']);
  });
});

describe('the succession of roots (AdditionalRootCertificateCheck)', () => {
  const check: Defaults = { 'security.additionalRootCertificateCheck': true };

  it('the old root goes when a link was verified by the new one, and the hashes of the new one stay', async () => {
    const bench = await Bench.open(check);
    await bench.roots.local.install('centralSystem', root.pem);
    await bench.roots.local.install('centralSystem', successor.pem);
    const before = bench.roots.desk.list('centralSystem');
    bench.linkedBy(root);
    await bench.time.advance(0);
    assert.deepEqual(bench.names, ['Root', 'Successor']);
    bench.linkedBy(successor);
    await bench.time.advance(0);
    assert.deepEqual(bench.names, ['Successor']);
    const again = await Bench.open(check, bench.store);
    assert.deepEqual(again.roots.desk.list('centralSystem'), before.slice(1));
    assert.ok(bench.events.some((event) => event.includes('removed for its successor: Root')));
  });

  it('a successor that is deleted before it was used leaves the old root', async () => {
    const bench = await Bench.open(check);
    await bench.roots.local.install('centralSystem', root.pem);
    await bench.roots.local.install('centralSystem', successor.pem);
    await bench.roots.local.delete(successor.x509.fingerprint256);
    assert.deepEqual(bench.names, ['Root']);
    bench.linkedBy(successor);
    await bench.time.advance(0);
    assert.deepEqual(bench.names, ['Root']);
  });

  it('what waits to replace others replaces nobody when that is not the rule any more', async () => {
    const bench = await Bench.open(check);
    await bench.roots.local.install('centralSystem', root.pem);
    await bench.roots.local.install('centralSystem', successor.pem);
    const free = await Bench.open({}, bench.store);
    await free.roots.local.install('centralSystem', another.pem);
    free.linkedBy(successor);
    await free.time.advance(0);
    assert.deepEqual(free.names.toSorted(), ['Another', 'Root', 'Successor']);
    assert.ok(free.roots.local.list().every(({ replacing }) => !replacing));
  });

  it('without an installed root the one in the file is the one before', async () => {
    const bench = await Bench.open(check);
    bench.fileRoots = [root.pem];
    assert.match(await refusal(bench.roots.local.install('centralSystem', another.pem)), /not signed by the root/u);
    await bench.roots.local.install('manufacturer', another.pem);
    await bench.roots.local.install('centralSystem', successor.pem);
    assert.deepEqual(bench.names, ['Another', 'Successor']);
    assert.equal(bench.roots.local.list()[1]?.replacing, false);
  });

  it('a successor may itself be succeeded, by one that the old root or the successor signed', async () => {
    const bench = await Bench.open(check);
    const third = authority.issue({ subject: '/CN=Third', extensions: AUTHORITY, issuer: successor });
    await bench.roots.local.install('centralSystem', root.pem);
    await bench.roots.local.install('centralSystem', successor.pem);
    await bench.roots.local.install('centralSystem', third.pem);
    assert.deepEqual(bench.names, ['Root', 'Third']);
    assert.match(await refusal(bench.roots.local.install('centralSystem', another.pem)), /not signed by the root/u);
  });
});
