import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './parts/configuration.ts';
import { registered, startDaemon, type DaemonProcess } from './parts/daemon.ts';
import { runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'ROLLED-BACK-1';

/** What software of a later release may do to the database: add. */
const laterSteps = `
  ALTER TABLE documents ADD COLUMN colour TEXT;
  ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 3;
  ALTER TABLE archive ADD COLUMN place TEXT NOT NULL DEFAULT 'here';
  CREATE TABLE tariffs (id INTEGER PRIMARY KEY, station TEXT NOT NULL, text TEXT NOT NULL) STRICT;
  INSERT INTO tariffs (station, text) VALUES ('station', '0.39 EUR/kWh');
  CREATE INDEX outbox_priority ON outbox (station, priority, seq);
  INSERT INTO documents (station, collection, key, value, colour)
    VALUES ('station', 'collectionOfLaterSoftware', 'k', '{"a":1}', 'green');`;

/** A station with a meter that signs, its backend, and its database between two lives. */
class Garage {
  readonly backend: StrictBackend = new StrictBackend();
  readonly data: string;
  readonly #args: readonly string[];

  private constructor(folder: string) {
    this.data = join(folder, 'data');
    const hardware = ['--simulate', '--signed', '--evses', '1'];
    const config = writeConfiguration(folder, {});
    this.#args = [...hardware, '--data', this.data, '--config', config, '--identity', identity];
  }

  static async open(t: TestContext): Promise<Garage> {
    const garage = new Garage(temporaryFolder(t));
    await garage.backend.start();
    t.after(() => garage.backend.close());
    return garage;
  }

  start(t: TestContext): DaemonProcess {
    this.backend.checker.rebooted(identity);
    const daemon = startDaemon([...this.#args, '--backend', this.backend.url]);
    t.after(() => daemon.child.kill());
    return daemon;
  }

  async kerbside(...words: readonly string[]): Promise<string> {
    const { code, out, err } = await runKerbside([...words, '--data', this.data]);
    assert.equal(code, 0, `kerbside ${words.join(' ')}: ${err} ${out}`);
    return out;
  }

  /** How many transactions the backend knows from begin to end. */
  get ended(): number {
    return this.backend.ledger.transactions(identity).filter(({ stops }) => stops.length > 0).length;
  }

  /** A whole session, of which the backend has everything. */
  async session(daemon: DaemonProcess): Promise<void> {
    const before = this.ended;
    await this.kerbside('sim', 'plug', '1');
    await this.kerbside('sim', 'card', 'PERSON', '--evse', '1');
    await until('the charge', () => daemon.log.status(1) === 'Charging');
    await this.kerbside('sim', 'card', 'PERSON', '--evse', '1');
    await until('the end at the backend', () => this.ended > before);
    await this.kerbside('sim', 'unplug', '1');
  }

  change(sql: string): void {
    const database = new DatabaseSync(join(this.data, 'kerbside.db'));
    database.exec(sql);
    database.close();
  }

  ask(sql: string): unknown {
    const database = new DatabaseSync(join(this.data, 'kerbside.db'), { readOnly: true });
    const rows = database.prepare(sql).all();
    database.close();
    return rows.map((row) => ({ ...row }));
  }

  digest(): string {
    return createHash('sha256')
      .update(readFileSync(join(this.data, 'kerbside.db')))
      .digest('hex');
  }
}

test('software from before uses a database that later software has added to: charges, delivers, keeps what was signed', async (t) => {
  const garage = await Garage.open(t);
  const first = garage.start(t);
  await registered(first);
  await garage.session(first);
  assert.equal((await first.child.stop()).code, 0);
  garage.change(`BEGIN; ${laterSteps} PRAGMA user_version = 99; COMMIT`);
  const signed = garage.ask('SELECT seq, body, chain FROM archive ORDER BY id');

  const second = garage.start(t);
  await registered(second);
  await garage.session(second);
  await garage.kerbside('sessions', 'check');
  assert.equal((await second.child.stop()).code, 0);

  const rows = garage.ask('SELECT seq, body, chain FROM archive ORDER BY id') as readonly unknown[];
  assert.deepEqual(rows.slice(0, (signed as readonly unknown[]).length), signed, 'what was archived is as it was');
  assert.ok(rows.length > (signed as readonly unknown[]).length);
  assert.deepEqual(garage.ask('SELECT text FROM tariffs'), [{ text: '0.39 EUR/kWh' }]);
  assert.deepEqual(garage.ask(`SELECT value, colour FROM documents WHERE collection = 'collectionOfLaterSoftware'`), [
    { value: '{"a":1}', colour: 'green' },
  ]);
  assert.deepEqual(garage.ask('PRAGMA user_version'), [{ user_version: 99 }]);
  const transactions = garage.backend.ledger.transactions(identity);
  assert.equal(transactions.length, 2);
  assert.ok(transactions.every(({ stops }) => stops.length === 1));
  assert.deepEqual(garage.backend.ledger.problems(), []);
});

test('software that may not read the database runs no station, says why, and changes no byte of it', async (t) => {
  const garage = await Garage.open(t);
  const first = garage.start(t);
  await registered(first);
  assert.equal((await first.child.stop()).code, 0);
  garage.change(`UPDATE meta SET value = 98 WHERE name = 'minReader'; PRAGMA user_version = 99`);
  const before = garage.digest();
  const boots = garage.backend.frames.calls('BootNotification').length;
  const second = garage.start(t);
  await second.child.line(/can be read from version 98 on; this program knows/);
  await second.child.line(/"area":"api"/);
  const { out, err } = await runKerbside(['status', '--data', garage.data]);
  assert.match(`${out}${err}`, /can be read from version 98 on/);
  assert.equal((await second.child.stop()).code, 0);
  assert.equal(garage.digest(), before);
  assert.equal(garage.backend.frames.calls('BootNotification').length, boots);
});
