import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { isRecord } from '../core/json.ts';
import { errorCatalogue } from '../core/errors.ts';
import { version } from '../daemon/version.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import { runCli } from './cli.ts';
import { commands } from './commands.ts';
import { exitCodes, exitOfError } from './exit-codes.ts';
import { commandHelp, overview } from './help.ts';
import { lineWidth } from './text-layout.ts';
import { toWord } from './sim-syntax.ts';
import { createTestIo } from './test-io.ts';

const usageErrors: readonly (readonly [readonly string[], RegExp])[] = [
  [['stauts'], /There is no command "stauts"\. Did you mean status\?/],
  [['run', '--colour'], /Unknown option '--colour'.*`kerbside help run`/],
  [['run', '--driver'], /--driver <value>' argument missing/],
  [['run', '--driver', 'magic'], /There is no driver "magic"/],
  [['run', '--simulate', '--driver', 'socket:/x'], /not both/],
  [['run', '--driver', 'socket:/x', '--signed'], /--signed is for simulated hardware/],
  [['run', '--simulate', '--evses', '0'], /--evses is a whole number/],
  [['config'], /Say what to do/],
  [['config', 'frob'], /"frob" cannot be done/],
  [['config', 'get'], /Name the parameter/],
  [['config', 'set', 'HeartbeatInterval'], /has no value/],
  [['config', 'set', 'AuthorizationKey', 'topsecret'], /is a secret.*--stdin or --file/],
  [['config', 'set', 'AuthorizationKey=topsecret'], /is a secret/],
  [['config', 'set', 'x', 'y', '--stdin'], /only the name is given/],
  [['sim'], /No action is named/],
  [['sim', 'do', 'plug'], /An action is written like this/],
  [['sim', 'play'], /Name the scenario file/],
  [['sim', 'play', '/nowhere/x.yaml'], /cannot be read/],
  [['driver-check'], /Name the socket of the driver/],
  [['driver-check', '/x', '--evse', 'one'], /--evse is a whole number/],
  [['driver-check', '/x', '--only', 'dance'], /no case "dance"; --list/],
  [['help', 'frob'], /There is no command "frob"/],
];

describe('the command line', () => {
  for (const [argv, problem] of usageErrors) {
    it(`"${argv.join(' ')}" ends with 2 and says why`, async () => {
      const io = createTestIo();
      assert.equal(await runCli(argv, io), 2);
      assert.match(io.errors(), problem);
      assert.doesNotMatch(io.errors(), /topsecret/);
    });
  }

  it('without a command shows the overview and ends with 2', async () => {
    const io = createTestIo();
    assert.equal(await runCli([], io), 2);
    assert.equal(io.errors(), overview(commands));
  });

  it('tells the version, which is that of the package', async () => {
    const io = createTestIo();
    assert.equal(await runCli(['--version'], io), 0);
    assert.equal(io.output(), `${version}\n`);
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.equal(isRecord(manifest) && manifest['version'], version);
  });

  it('refuses in JSON when JSON is asked for', async () => {
    const io = createTestIo();
    assert.equal(await runCli(['status', '--json'], io), 4);
    const answer: unknown = JSON.parse(io.output());
    assert.ok(isRecord(answer));
    assert.equal(answer['code'], 'daemon.unreachable');
    assert.equal(io.errors(), '');
  });

  it('has an ending for every reason of the catalogue', () => {
    assert.deepEqual(Object.keys(exitOfError).toSorted(), Object.keys(errorCatalogue).toSorted());
  });
});

describe('the help', () => {
  it('lists every command and every exit code', () => {
    for (const { name, summary } of commands)
      assert.match(overview(commands), new RegExp(`^ {2}${name} +${summary.slice(0, 20)}`, 'm'));
    for (const { code, meaning } of Object.values(exitCodes))
      assert.ok(overview(commands).includes(`${code}`) && overview(commands).includes(meaning));
  });

  it('of every command shows its usage, its options and its examples', async () => {
    for (const row of commands) {
      const io = createTestIo();
      assert.equal(await runCli([row.name, '--help'], io), 0);
      assert.equal(io.output(), await commandHelp(row));
      for (const { name } of row.options) assert.ok(io.output().includes(`--${name}`), name);
      for (const text of [...row.usage, ...row.examples]) assert.ok(io.output().includes(text), text);
    }
  });

  it('of sim explains every action with an example', async () => {
    const io = createTestIo();
    await runCli(['help', 'sim'], io);
    for (const [name, row] of Object.entries(actionTable)) {
      assert.match(io.output(), new RegExp(`^ {2}${toWord(name)}( |$)`, 'm'));
      assert.ok(io.output().includes(row.description));
      assert.ok(io.output().includes(`kerbside sim ${toWord(name)}`));
      for (const { description } of Object.values(row.parameters)) assert.ok(io.output().includes(description));
    }
  });

  it('stays within a terminal', async () => {
    const texts = [overview(commands), ...(await Promise.all(commands.map(commandHelp)))];
    const longest = Math.max(...texts.flatMap((text) => text.split('\n').map((line) => line.length)));
    assert.ok(longest <= lineWidth + 20, `a line has ${longest} characters`);
  });
});
