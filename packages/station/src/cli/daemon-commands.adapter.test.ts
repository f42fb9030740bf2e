import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { readTransparencyXml } from '@kerbside/ocmf';

import { testAccess } from '../api/access/test-access.ts';
import { ApiServer } from '../api/api-server.ts';
import { localSocketPath } from '../api/local-socket.ts';
import { createTestLive } from '../api/live/test-live.ts';
import type { TestHost } from '../api/test-host.ts';
import { createTestHost } from '../api/test-host.ts';
import { createSystemTime } from '../core/system-time.ts';
import { runCli } from './cli.ts';
import { createTestIo } from './test-io.ts';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A daemon's API over a socket in a temporary folder. */
async function serve(folder: string, host: TestHost): Promise<ApiServer> {
  const server = new ApiServer({
    host,
    live: createTestLive(),
    time: createSystemTime(),
    access: testAccess(),
    address: '127.0.0.1',
    port: 0,
    dataFolder: folder,
    onProblem: assert.fail,
    onListening: () => {},
  });
  await server.start();
  return server;
}

describe('commands that speak to a daemon', () => {
  let folder = '';
  let server: ApiServer;
  let host: TestHost;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kb-'));
    host = await createTestHost();
    server = await serve(folder, host);
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(line: string, input = ''): Promise<Told> {
    const io = createTestIo({ input, workingFolder: folder });
    const code = await runCli([...line.split(' '), '--data', folder], io);
    return { code, out: io.output(), err: io.errors() };
  }

  it('diagnostics: fetches the archive into a file (F-05)', async () => {
    const told = await run('diagnostics --out mine.zip');
    assert.deepEqual([told.code, told.out], [0, '']);
    assert.match(readFileSync(join(folder, 'mine.zip'), 'latin1'), /^PKx{100000}$/);
    assert.match(told.err, /Written to .*mine\.zip/);
    assert.equal((await run('diagnostics mine.zip')).code, 2);
  });

  it('limits: sets, shows, releases and exports the limit from outside', async () => {
    const set = await run('limits set 4200W --until 2126-11-22T18:00:00Z');
    assert.deepEqual([set.code, set.out], [0, 'external limit: 4200 W by api until 2126-11-22T18:00:00.000Z\n']);
    assert.equal((await run('limits')).out, 'external limit: 4200 W by api until 2126-11-22T18:00:00.000Z\n');
    assert.match(
      (await run('limits export')).out,
      /^seq,at,source,.*\r\n1,1970-01-01T00:00:01.000Z,api,operator,set,4200,/,
    );
    assert.equal(JSON.parse((await run('limits export --json')).out)[0].limitW, 4200);
    assert.equal((await run('limits release')).out, 'external limit: none\n');
    assert.match((await run('limits set 4200')).err, /Name the limit with its unit/);
    assert.match((await run('limits raise')).err, /limits knows no "raise"/);
  });

  it('sessions: lists, shows, exports and checks what is archived (E-30)', async () => {
    assert.match((await run('sessions')).out, /^3 {2}2026-11-02 09:30:00Z .*\n {4}tx-3\n2 {2}/);
    assert.match(
      (await run('sessions list --count 1 --before 2')).out,
      /^1 {2}.* signed, 2 signed records, delivered\n/,
    );
    assert.match((await run('sessions show tx-1')).out, /^Transaction +tx-1, at the backend 4711$/m);
    const exported = await run('sessions export tx-1 invoice.xml');
    assert.deepEqual([exported.code, exported.err], [0, `Written to ${join(folder, 'invoice.xml')}.\n`]);
    const values = readTransparencyXml(readFileSync(join(folder, 'invoice.xml'), 'utf8'));
    assert.deepEqual(
      values.map(({ context }) => context),
      ['Transaction.Begin', 'Transaction.End'],
    );
    assert.equal((await run('sessions export --all')).out.trimEnd().split('\n').length, 3);
    assert.match((await run('sessions export --all --form csv')).out, /^number,archived,/);
    const refused = await run('sessions export none none.xml');
    assert.deepEqual([refused.code, existsSync(join(folder, 'none.xml'))], [5, false]);
    assert.match(refused.err, /no session "none"/);
    const checked = await run('sessions check');
    assert.deepEqual([checked.code, /T3 missing/.test(checked.out)], [1, true]);
    assert.match((await run('sessions export')).err, /needs the key of a transaction/);
    assert.match((await run('sessions export tx-1 --form pdf')).err, /--form is one of/);
    assert.match((await run('sessions burn')).err, /sessions knows no "burn"/);
  });

  it('sessions: verifies what is archived of one', async () => {
    const verified = await run('sessions verify tx-1');
    assert.equal(verified.code, 8, 'the signatures of these records fit nothing');
    assert.match(verified.out, /^Record 1, transaction tx-1, Transaction\.Begin: (INVALID|UNVERIFIABLE)\n +why /);
    assert.match(verified.out, /Record 2, transaction tx-1, Transaction\.End: /);
    const unknown = await run('sessions verify none');
    assert.deepEqual([unknown.code, unknown.out], [5, '']);
    assert.match(unknown.err, /no session "none"/);
  });

  it('logbook: shows the entries', async () => {
    assert.match((await run('logbook')).out, /^1 {2}2026-11-02 08:00:00Z {2}EVSE 1 {2}timeSet, by station: /);
    assert.match((await run('logbook export')).out, /^number,at,.*\r\n1,2026-11-02T08:00:00\.000Z,,1,timeSet,station,/);
    assert.match((await run('logbook burn')).err, /logbook knows no "burn"/);
    assert.match((await run('logbook --count 0')).err, /--count is a number/);
  });

  const endings: readonly (readonly [string, number, RegExp])[] = [
    ['status', 0, /Säule 1\/A \(simulated hardware\)/],
    ['status --station nobody', 5, /no station "nobody"/],
    ['charging profiles', 0, /^TxDefaultProfile 42 for EVSE 1, level 0, absolute.*\n {2}\+0 s {2}16 A\n$/],
    ['charging schedule 2 --hours 1 --unit W', 0, /EVSE 2, for 1 h:\n {2}1970-01-01 00:00:00Z {2}16 W\n$/],
    ['charging schedule 3', 3, /There is no EVSE 3/],
    ['reservations list', 0, /^ {2}7 {2}EVSE 1 for Card1 or the group FLEET, until 2026-11-22 12:00:00Z\n$/],
    ['reservations cancel 7', 0, /EVSE 1 for Card1/],
    ['reservations cancel 9', 5, /There is no reservation 9/],
    ['reservations cancel', 2, /Name the number/],
    ['reservations burn', 2, /reservations knows no "burn"/],
    ['charging burn', 2, /charging knows no "burn"/],
    ['config get HeartbeatInterval', 0, /^300\n$/],
    ['config get Foo', 5, /no parameter "Foo"/],
    ['config list heart', 0, /backend\.heartbeatInterval {2}300 s/],
    ['config set HeartbeatInterval 60', 0, /changed/],
    ['config set HeartbeatInterval 60', 0, /is so already/],
    ['config set HeartbeatInterval=-3', 3, /backend\.heartbeatInterval: refused/],
    ['config set Foo=1', 5, /no parameter "Foo"/],
    ['config set backend.messageTimeout 30', 3, /pinned by the program/],
    ['config set HeartbeatInterval 61 --dry-run', 0, /changed/],
    ['config get HeartbeatInterval', 0, /^60\n$/],
    ['config explain HeartbeatInterval', 0, /→ stored {4}60/],
    ['config diff', 0, /backend\.heartbeatInterval: 300 → 60/],
    ['config set BackendUrl ws://example.com/ocpp', 0, /staged; `kerbside config apply`/],
    ['config apply', 3, /A transaction runs/],
    ['config apply --confirmed', 0, /applied/],
    ['config history', 0, /backend\.heartbeatInterval: 300 → 60 {2}by manufacturer \(local console\)/],
    ['config history', 0, /^ +0 {2}\d{4}-.*heartbeatInterval: 300 → 60/m],
    ['config undo 99999', 5, /Change 99999/],
    ['config undo', 2, /kerbside config history/],
    ['config undo 0', 0, /backend\.heartbeatInterval: changed/],
    ['config undo 0', 3, /300 by now/],
    ['config undo 0 --force', 0, /is so already/],
    ['config scheduled', 0, /Nothing waits\./],
    ['config set HeartbeatInterval 90 --when-idle', 0, /as soon as no car charges/],
    ['config scheduled', 0, /HeartbeatInterval → 90/],
    ['config scheduled cancel', 0, /Nothing waits any more/],
    ['config scheduled burn', 2, /config scheduled \[cancel\]/],
    ['config presets', 0, /energyManager: /],
    ['config presets energyManager --dry-run', 0, /: (changed|is so already|stored)/],
    ['config presets burn', 5, /no task "burn"/],
    ['config list heartbeat interval', 0, /^backend\.heartbeatInterval /],
    ['security-check', 0, /^(danger|warning|notice|ok)/],
    ['report', 0, /Commissioning report, .*[\s\S]*Set differently from the factory\n/],
    ['config reset HeartbeatInterval', 0, /changed|is so already/],
    ['sim plug 1', 0, /EVSE 1 \(simulated\): pilot B; vehicle at/],
    ['sim plug 1', 3, /unplug it first/],
    ['sim state', 0, /simulated station: link up/],
    ['sim link down', 0, /link down/],
    ['sim do {"action":"link","up":true}', 0, /link up/],
    ['sim do {"action":"frob"}', 3, /unknown action/],
    ['sim fault 1 groundFailure on', 0, /faults: groundFailure/],
  ];
  for (const [line, code, text] of endings) {
    it(`"kerbside ${line}" ends with ${code}`, async () => {
      const told = await run(line);
      assert.match(told.out + told.err, text);
      assert.equal(told.code, code);
    });
  }

  it('take a secret from standard input or a file and never show it, not even while it waits', async () => {
    const told = await run('config set AuthorizationKey --stdin', 'correct-horse-battery\n');
    assert.equal(told.code, 0);
    writeFileSync(join(folder, 'key'), 'another-horse-battery\n');
    assert.equal((await run('config set AuthorizationKey --file key')).code, 0);
    const shown = [
      told,
      await run('config get AuthorizationKey'),
      await run('config list'),
      await run('config export'),
    ];
    for (const { out, err } of shown) assert.doesNotMatch(out + err, /horse/);
    assert.equal(shown[1]?.out, '\n');
    assert.equal(shown[1]?.err, '******** is stored and takes effect after `config apply`.\n');
  });

  it('export to a file that can be compared and imported again', async () => {
    assert.equal((await run('config export all.json')).code, 0);
    const text = readFileSync(join(folder, 'all.json'), 'utf8');
    writeFileSync(
      join(folder, 'all.json'),
      text.replace('"backend.heartbeatInterval": 300', '"backend.heartbeatInterval": 99'),
    );
    assert.match((await run('config diff all.json')).out, /^backend\.heartbeatInterval: 300 → 99\n$/);
    assert.match(
      (await run('config import all.json --dry-run')).out,
      /heartbeatInterval: applied[^]*Nothing was stored/,
    );
    assert.match((await run('config import all.json')).out, /heartbeatInterval: applied/);
    assert.equal((await run('config get HeartbeatInterval')).out, '99\n');
    const partly = await run('config import -', '{"Foo": 1, "HeartbeatInterval": 98}');
    assert.deepEqual([partly.code, (await run('config get HeartbeatInterval')).out], [3, '98\n']);
  });

  it('play a scenario to its end', async () => {
    writeFileSync(
      join(folder, 'story.yaml'),
      '- { do: state }\n- { do: card, uid: AABB, evse: 2 }\n- { do: unplug, evse: 2 }\n',
    );
    const told = await run('sim play story.yaml');
    assert.equal(told.code, 3);
    assert.match(told.out, /card uid AABB evse 2\nunplug evse 2: refused/);
  });

  it('show, install and delete root certificates', async () => {
    const told = await run('certificates list');
    assert.match(
      told.out,
      /^Root \(for backends; verified the open link\)\n  subject      O=Acme, CN=Root\n  issuer       itself\n/u,
    );
    assert.match(told.out, /fingerprint  AB:CD:EF/u);
    writeFileSync(join(folder, 'root.pem'), 'PEM of a root');
    assert.equal((await run('certificates install root.pem')).out, 'Installed.\n');
    assert.equal((await run('certificates install - --manufacturer', 'PEM from input')).code, 0);
    assert.deepEqual(host.calls.slice(-2), [
      'install centralSystem PEM of a root',
      'install manufacturer PEM from input',
    ]);
    assert.equal((await run('certificates delete AB:CD:EF')).out, 'Deleted.\n');
    const unknown = await run('certificates delete 00');
    assert.match(unknown.err, /There is no 00/u);
    assert.notEqual(unknown.code, 0);
    for (const line of [
      'certificates',
      'certificates burn',
      'certificates install',
      'certificates install nowhere.pem',
    ])
      assert.equal((await run(line)).code, 2, line);
  });

  it('show and change the white list, and take it from a file as they gave it', async () => {
    assert.equal((await run('whitelist add CARD1 --note caretaker')).out, '1 of 1000 entries\n');
    assert.equal((await run('whitelist add CARD/2 --until 2027-06-30T22:00:00Z')).code, 0);
    assert.match((await run('whitelist add card1')).err, /as "CARD1"; letter case does not count/);
    assert.equal(
      (await run('whitelist list')).out,
      '2 of 1000 entries\n  CARD/2  until 2027-06-30T22:00:00.000Z\n  CARD1   caretaker\n',
    );
    assert.equal((await run('whitelist export cards.json')).code, 0);
    const removed = await run('whitelist remove card/2');
    assert.equal(removed.out, '1 of 1000 entries\n', removed.err);
    assert.equal((await run('whitelist remove card/2')).code, 5);
    assert.equal((await run('whitelist import cards.json')).out, '2 of 1000 entries\n');
    assert.equal((await run('whitelist import -', '# ours\nA\n B \n\nC')).out, '3 of 1000 entries\n');
    assert.deepEqual(JSON.parse((await run('whitelist export')).out), {
      entries: ['A', 'B', 'C'].map((idTag) => ({ idTag, note: '', expiry: null })),
    });
    assert.equal((await run('whitelist import -', 'A\na')).code, 3);
    for (const line of ['whitelist burn', 'whitelist add', 'whitelist remove', 'whitelist import nowhere.json'])
      assert.equal((await run(line)).code, 2, line);
    assert.equal((await run('whitelist import -', '{broken')).code, 2);
  });

  it('answer in JSON when asked', async () => {
    const told = await run('status --json');
    const status: unknown = JSON.parse(told.out);
    assert.ok(typeof status === 'object' && status !== null && 'outbox' in status);
    assert.match((await run('config set Foo=1 --json')).out, /"code": "config.unknownParameter"/);
  });
});

describe('commands without the daemon they need', () => {
  it('end with 4 when none answers, and say how to start one', async () => {
    const io = createTestIo({ workingFolder: '/nowhere' });
    assert.equal(await runCli(['config', 'list'], io), 4);
    assert.match(
      io.errors(),
      /\/nowhere\/\.kerbside\/kerbside\.sock.*no daemon has been started there[^]*kerbside run/,
    );
  });

  it('end with 6 in safe mode, and show the problems', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kb-'));
    const server = await serve(folder, await createTestHost({ names: [], problems: ['kerbside.yaml line 2: broken'] }));
    const io = createTestIo();
    assert.equal(await runCli(['sim', 'state', '--data', folder], io), 6);
    assert.match(io.errors(), /kerbside\.yaml line 2: broken/);
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('end with 2 when there are several stations and none is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kb-'));
    const server = await serve(folder, await createTestHost({ names: ['A 1', 'A 2'] }));
    const io = createTestIo();
    assert.equal(await runCli(['sim', 'state', '--data', folder], io), 2);
    assert.match(io.errors(), /2 stations; name one with --station: A 1, A 2/);
    assert.equal(await runCli(['sim', 'state', '--data', folder, '--station', 'A 2'], io), 0);
    assert.equal(await runCli(['status', '--data', folder], io), 0);
    assert.match(io.output(), /A 1 +ready; link disabled/);
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('end with 1 when something else answers at the socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kb-'));
    const server = createServer((_request, response) => response.end('<html>'));
    const listening = Promise.withResolvers<void>();
    server.listen(localSocketPath(folder), listening.resolve);
    await listening.promise;
    const io = createTestIo();
    assert.equal(await runCli(['status', '--data', folder], io), 1);
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
});
