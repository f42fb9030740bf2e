import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { ApiTokens } from './token-gate.ts';

/** The file in the data folder that keeps generated tokens. */
export const tokenFileName = 'tokens.json';

/** The tokens to use; `fresh` are those that were made just now and have to be told once. */
export interface LoadedTokens {
  readonly tokens: ApiTokens;
  readonly fresh: Partial<ApiTokens>;
}

/** Takes the configured tokens, and for an empty one the generated one of the data folder. Throws `config.invalid` or `store.unavailable`. */
export async function loadTokens(options: {
  readonly folder: string;
  readonly configured: ApiTokens;
}): Promise<LoadedTokens> {
  const { folder, configured } = options;
  if (configured.operator !== '' && configured.manufacturer !== '') return { tokens: configured, fresh: {} };
  const path = join(folder, tokenFileName);
  const kept = await readTokens(path);
  const generated = kept ?? { operator: newToken(), manufacturer: newToken() };
  if (kept === undefined) await writeTokens(folder, path, generated);
  const made: Partial<ApiTokens> = {
    ...(configured.operator === '' ? { operator: generated.operator } : {}),
    ...(configured.manufacturer === '' ? { manufacturer: generated.manufacturer } : {}),
  };
  return { tokens: { ...configured, ...made }, fresh: kept === undefined ? made : {} };
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}

async function readTokens(path: string): Promise<ApiTokens | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const operator = isRecord(value) ? value['operator'] : undefined;
  const manufacturer = isRecord(value) ? value['manufacturer'] : undefined;
  if (
    typeof operator !== 'string' ||
    typeof manufacturer !== 'string' ||
    operator.length < 16 ||
    manufacturer.length < 16
  ) {
    throw new KerbsideError(
      'config.invalid',
      `${path} holds no tokens. Move it away; new ones are made at the next start.`,
    );
  }
  await chmod(path, 0o600);
  return { operator, manufacturer };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined;
    throw new KerbsideError('config.invalid', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** On disk before anybody is told a token: a token that was told must work after the next start. */
async function writeTokens(folder: string, path: string, tokens: ApiTokens): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(`${JSON.stringify(tokens, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(folder);
  } catch (error) {
    throw new KerbsideError('store.unavailable', `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
