import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { VirtualTime } from '../../core/virtual-time.ts';
import { installerContract, putImage } from '../../firmware/installer-contract.ts';
import { CommandInstaller } from './command-installer.ts';

const example = fileURLToPath(new URL('../../../../../examples/firmware/two-folders.sh', import.meta.url));

describe('an installer that is a program', () => {
  let root = '';
  let folder = '';
  let made = 0;
  let ended = 0;
  const time = new VirtualTime();
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'kb-installer-'));
  });
  after(() => rmSync(root, { recursive: true, force: true }));
  beforeEach(() => {
    folder = join(root, String(made++));
    mkdirSync(folder);
    ended = 0;
  });

  function installer(program: string): CommandInstaller {
    return new CommandInstaller({
      program,
      station: 'CS-1',
      folder: join(folder, 'data'),
      time,
      onProblem: (text) => assert.fail(text),
      endProcess: () => ended++,
    });
  }

  /** A program that runs the example with its two folders in the folder of the test. */
  function twoFolders(restart = 'stays'): string {
    return script(`SLOTS='${folder}/slots' RESTART=${restart} exec '${example}' "$@"`);
  }

  function script(text: string): string {
    const path = join(folder, 'program');
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  }

  function image(version: string): Buffer {
    const content = join(folder, 'content');
    mkdirSync(content, { recursive: true });
    writeFileSync(join(content, 'version'), `${version}\n`);
    return execFileSync('tar', ['-cf', '-', '-C', content, 'version']);
  }

  describe('such as the example with two folders', () => {
    installerContract(() => {
      folder = join(root, String(made++));
      mkdirSync(folder);
      const program = twoFolders();
      return { boot: () => installer(program), image, close: () => undefined };
    });

    it('goes back by itself from software that is never confirmed, with its reason', async () => {
      const program = twoFolders();
      const first = installer(program);
      const factory = await first.starting();
      await putImage(first, 'one', image('2.0.0'));
      await first.restart();
      for (const _ of [1, 2, 3]) assert.equal((await installer(program).starting()).trial, 'one');
      const reason = 'The new software was started 3 times and was never confirmed.';
      assert.deepEqual(await installer(program).starting(), { ...factory, failed: { update: 'one', reason } });
    });

    it('refuses an image that is none, and keeps what runs', async () => {
      const program = twoFolders();
      const slots = installer(program);
      const factory = await slots.starting();
      await assert.rejects(putImage(slots, 'one', Buffer.from('no archive at all')), {
        code: 'firmware.unverified',
        message: /the image is no tar archive/,
      });
      assert.deepEqual(await installer(program).starting(), factory);
    });
  });

  it('ends the process where the program wants it, and refuses when nobody ends it in time', async () => {
    const slots = installer(twoFolders('exits'));
    await slots.starting();
    await putImage(slots, 'one', image('2.0.0'));
    const restarted = assert.rejects(slots.restart(), { message: 'Nothing restarted this process within 300 s.' });
    while (ended === 0) await new Promise((resolve) => setImmediate(resolve));
    await time.advance(300_000);
    await restarted;
  });

  it('tells what kept it in the words of the program', async () => {
    const cases = [
      ['exit 0', /did not say "slot" and "version"/],
      ['echo nonsense', /printed is no JSON object/],
      ['echo first >&2; echo the boot loader is locked. >&2; exit 9', /ended with 9: the boot loader is locked\.$/],
      ['exit 75', /it cannot be done now/],
      ['kill -9 $$', /it was ended by SIGKILL/],
    ] as const;
    for (const [text, message] of cases)
      await assert.rejects(installer(script(text)).starting(), { code: 'firmware.refused', message });
    await assert.rejects(installer(join(folder, 'missing')).starting(), { message: /cannot be started.*ENOENT/ });
  });

  it('ends a program that takes too long, with what it started', async () => {
    const program = script(`echo $$ > '${folder}/pid'; sleep 1000; echo never`);
    const refused = assert.rejects(installer(program).starting(), { message: /it took longer than 30 s/ });
    while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setImmediate(resolve));
    await time.advance(30_000);
    await refused;
  });

  it('does not wait for what the program leaves behind', async () => {
    const program = script(`(sleep 1000) & echo '{"slot":"A","version":"1"}'; echo $! > '${folder}/left'`);
    const started = installer(program).starting();
    let isOver = false;
    void started.then(() => (isOver = true));
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      await time.advance(100);
    }
    assert.equal((await started).version, '1');
    process.kill(Number(readFileSync(join(folder, 'left'), 'utf8')));
  });

  it('tells the program update and station, and none of the settings of Kerbside', async () => {
    process.env['KERBSIDE_API_OPERATOR_TOKEN'] = 'secret';
    const program = script(
      `env | grep KERBSIDE_ | sort > '${folder}/told'; echo '{"slot":"A","version":"1"}'; echo "$@" >> '${folder}/told'`,
    );
    const slots = installer(program);
    await slots.starting();
    await putImage(slots, 'one', Buffer.from('an image'));
    delete process.env['KERBSIDE_API_OPERATOR_TOKEN'];
    const staged = join(folder, 'data', 'staged.img');
    assert.equal(
      readFileSync(join(folder, 'told'), 'utf8'),
      `KERBSIDE_STATION=CS-1\nKERBSIDE_UPDATE=one\ninstall ${staged}\n`,
    );
    assert.equal(existsSync(staged), true);
  });
});
