import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { KerbsideError } from '../../core/errors.ts';
import type { SqliteTuning, StoreEvent } from './messages.ts';
import { openImmutable } from './open-immutable.ts';
import { salvage } from './salvage.ts';
import { migrate, schemaVersion } from './schema.ts';
import { classifyFailure } from './sqlite-failure.ts';

/** The one database of a process. */
const fileName = 'kerbside.db';

/** Its presence says that damage was found while the store was running; the next start sets the database aside. */
const markerName = 'kerbside.db.is-damaged';

/** Waits so long for a predecessor that is just ending (ms). */
const BUSY_MS = 1_000;

const FULL_CHECK_BYTES = 64 * 2 ** 20;

/**
 * FULL: every commit is synced; NORMAL lost acknowledged commits in half of the simulated power cuts.
 * EXCLUSIVE: SQLite's own file lock is the process lock, the kernel frees it even after `kill -9`, and the index of the
 * log stays in memory. 2,000 pages of log: few checkpoints under load, while a quiet station stays near 8 MB and rewrites the same
 * blocks, which spares flash memory and is quicker to sync than a file that grows.
 */
const settings = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 2000;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -8000;`;

export interface OpenOptions {
  readonly folder: string;
  readonly startedAtMs: number;
  readonly tuning: SqliteTuning;
  readonly onEvent: (event: StoreEvent) => void;
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** Why it can only be read; absent when it can be written. */
  readonly readOnlyProblem?: string;
  /** The file into which a damaged database was moved. */
  readonly setAside?: string;
}

/**
 * Opens the database of a folder, creates it where there is none, and sets a damaged one aside.
 * Throws `store.locked`, `store.newer`, or `store.unavailable`.
 */
export function openDatabase(options: OpenOptions): OpenedDatabase {
  const reason = existsSync(join(options.folder, markerName)) ? 'Damage was found while it was in use.' : undefined;
  if (reason !== undefined) return replaceDamaged(options, reason);
  try {
    return openHealthy(options, 'checked');
  } catch (thrown) {
    if (thrown instanceof DamagedError) return replaceDamaged(options, thrown.message);
    throw thrown;
  }
}

/** Opens again after an error of the disk, without checks; throws as `openDatabase` does, and `store.corrupt` for damage. */
export function reopenDatabase(options: OpenOptions): DatabaseSync {
  return openHealthy(options, 'unchecked').database;
}

/** Leaves word for the next start; a disk that takes no word is found damaged by the checks at opening. */
export function markDamaged(folder: string): void {
  try {
    closeSync(openSync(join(folder, markerName), 'a'));
    syncFolder(folder);
  } catch {}
}

/** Damage found at opening. */
class DamagedError extends KerbsideError {
  constructor(problem: string, cause?: unknown) {
    super('store.corrupt', problem, { cause });
  }
}

function openHealthy(options: OpenOptions, mode: 'checked' | 'unchecked'): OpenedDatabase {
  const file = join(options.folder, fileName);
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(options.folder, { recursive: true });
    // A clean end removes the log.
    const unclean = sizeOf(`${file}-wal`) > 0;
    database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
    // SQLite gives the log the mode of the database.
    for (const each of [file, `${file}-wal`]) keepPrivate(each);
    database.exec(settings);
    if (options.tuning.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${options.tuning.maxPages}`);
    const found = migrate(database);
    if (found < schemaVersion && found > 0) options.onEvent({ type: 'migrated', from: found, to: schemaVersion });
    if (mode === 'checked')
      probe(database, unclean && sizeOf(file) <= (options.tuning.fullCheckBytes ?? FULL_CHECK_BYTES));
    return { database };
  } catch (thrown) {
    closeQuietly(database);
    return openReadOnly(options.folder, thrown) ?? raise(asOpenError(thrown, options.folder));
  }
}

/** Passwords and private keys lie in it (S-07): nobody but the owner reads it. By path: a descriptor of our own would drop SQLite's lock. */
function keepPrivate(file: string): void {
  try {
    if (existsSync(file)) chmodSync(file, 0o600);
  } catch {}
}

/**
 * On a read-only file system SQLite opens a database with a write-ahead log only as *immutable*, and then leaves the log out: so only
 * where there is none. `undefined` where that is not the case.
 */
function openReadOnly(folder: string, thrown: unknown): OpenedDatabase | undefined {
  const file = join(folder, fileName);
  const { kind, problem } = classifyFailure(thrown, folder);
  if (thrown instanceof KerbsideError || kind !== 'readOnly') return undefined;
  if (sizeOf(file) === 0 || sizeOf(`${file}-wal`) > 0) return undefined;
  return { database: openImmutable(file), readOnlyProblem: problem };
}

function raise(error: KerbsideError): never {
  throw error;
}

function asOpenError(thrown: unknown, folder: string): KerbsideError {
  if (thrown instanceof KerbsideError) return thrown;
  const { kind, problem } = classifyFailure(thrown, folder);
  switch (kind) {
    case 'corrupt':
      return new DamagedError(problem, thrown);
    case 'locked':
      return new KerbsideError('store.locked', `Another process uses ${folder}.`, { cause: thrown });
    case 'full':
    case 'readOnly':
    case 'failed':
    case 'refused':
      return new KerbsideError('store.unavailable', `The database in ${folder} cannot be opened: ${problem}`, {
        cause: thrown,
      });
  }
}

/**
 * Looks whether the tables are there and both ends of them can be read. The check of every page runs only after an unclean end
 * and on a small database, because it takes seconds on a large one; damage elsewhere is found when it is read.
 */
function probe(database: DatabaseSync, whole: boolean): void {
  for (const table of ['documents', 'outbox', 'archive']) {
    const columns = database.prepare(`SELECT count(*) AS n FROM pragma_table_info('${table}')`).get();
    if (Number(columns?.['n']) === 0) throw new DamagedError(`The table ${table} is missing.`);
    for (const order of ['id', 'id DESC', 'station', 'station DESC']) {
      database.prepare(`SELECT * FROM ${table} ORDER BY ${order} LIMIT 1`).all();
    }
  }
  if (!whole) return;
  const verdict = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (verdict !== 'ok') throw new DamagedError(`The check of the database found: ${String(verdict)}`);
}

function replaceDamaged(options: OpenOptions, reason: string): OpenedDatabase {
  const { folder, onEvent } = options;
  const damaged = freeName(folder, options.startedAtMs);
  try {
    for (const suffix of ['', '-wal', '-shm']) {
      const from = join(folder, fileName + suffix);
      if (existsSync(from)) renameSync(from, join(folder, damaged + suffix));
    }
    rmSync(join(folder, markerName), { force: true });
    syncFolder(folder);
  } catch (thrown) {
    throw new KerbsideError('store.unavailable', `The damaged database in ${folder} cannot be set aside.`, {
      cause: thrown,
    });
  }
  onEvent({ type: 'setAside', file: damaged, reason });
  const opened = openHealthy(options, 'checked');
  const saved = salvage(join(folder, damaged), opened.database);
  onEvent({ type: 'salvaged', file: damaged, ...saved });
  return { ...opened, setAside: damaged };
}

function freeName(folder: string, wallMs: number): string {
  const stamp = new Date(wallMs).toISOString().slice(0, 19).replaceAll(':', '-');
  const base = `${fileName}.damaged-${stamp}Z`;
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!existsSync(join(folder, name))) return name;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Makes renamed and new names of a folder survive a power cut; not possible and not needed on Windows. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Closes what may be half open or broken. */
export function closeQuietly(database: DatabaseSync | undefined): void {
  try {
    database?.close();
  } catch {}
}
