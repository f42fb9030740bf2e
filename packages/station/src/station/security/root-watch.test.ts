import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { AUTHORITY, TestAuthority } from '../../link/test-authority.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import { installedRoot, type InstalledRoot } from '../../security/certificate-store.ts';
import { RootWatch } from './root-watch.ts';

const authority = new TestAuthority();
after(() => authority.close());
const dayMs = 86_400_000;

function rootFor(days: number): InstalledRoot {
  const { x509 } = authority.issue({ subject: `/CN=${days} days`, days, extensions: AUTHORITY });
  return installedRoot(x509, { kind: 'centralSystem', installedMs: 0, replacing: false, issuer: x509 });
}

function watchOver(roots: readonly InstalledRoot[], link: VerifiedLink | null = null): Bench {
  const time = new VirtualTime(Date.now());
  const told: string[] = [];
  const watch = new RootWatch({
    time,
    nowMs: () => time.systemWallMs(),
    roots: () => roots,
    link: () => link,
    onProblem: (text) => told.push(text),
  });
  return { watch, told, time };
}

interface Bench {
  readonly watch: RootWatch;
  readonly told: string[];
  readonly time: VirtualTime;
}

describe('the watch over roots', () => {
  it('tells of each root once, thirty days before its end, looking once a day', async () => {
    const { watch, told, time } = watchOver([rootFor(45), rootFor(20), rootFor(400)]);
    watch.look();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^The installed root “20 days” ends on \d{4}-\d\d-\d\d: install its successor/u);
    await time.advance(14 * dayMs);
    assert.equal(told.length, 1);
    await time.advance(2 * dayMs);
    assert.match(told[1] ?? '', /“45 days” ends on/u);
    await time.advance(10 * dayMs);
    assert.match(told[2] ?? '', /“20 days” ended on/u);
    assert.equal(told.length, 3);
    watch.stop();
  });

  it('tells of the certificates of the backend', () => {
    const validToMs = Date.now() + 10 * dayMs;
    const { watch, told } = watchOver([], { tls: true, anchor: null, validToMs });
    watch.look();
    assert.match(told[0] ?? '', /^A certificate by which the backend is verified ends on .* renew it\.$/u);
    watch.stop();
  });

  it('waits for nothing where there is nothing to watch, and no more when it is stopped', async () => {
    const idle = watchOver([], { tls: false, anchor: null, validToMs: null });
    idle.watch.look();
    assert.equal(idle.time.pendingTimers, 0);
    const stopped = watchOver([rootFor(35)]);
    stopped.watch.look();
    stopped.watch.stop();
    stopped.watch.stop();
    await stopped.time.advance(20 * dayMs);
    assert.deepEqual(stopped.told, []);
  });
});
