import { isRecord } from '../../core/json.ts';
import type { ApiRole } from '../token-gate.ts';
import type { Account, AccountBook, ApiToken } from './account.ts';

/** Reads the text of the file; null when it is none that this version wrote. */
export function readAccountBook(text: string): AccountBook | null {
  const value = parsed(text);
  if (!isRecord(value) || value['version'] !== 1) return null;
  const users = all(value['users'], readAccount);
  const tokens = all(value['tokens'], readToken);
  const commissioning = readCommissioning(value['commissioning']);
  return users === null || tokens === null ? null : { users, tokens, commissioning };
}

/** The text that is kept. */
export function accountBookText({ users, tokens, commissioning }: AccountBook): string {
  return `${JSON.stringify({ version: 1, users, tokens, commissioning }, null, 2)}\n`;
}

function readAccount(value: unknown): Account | null {
  if (!isRecord(value)) return null;
  const { name, role, hash, mustChange, changedMs } = value;
  if (typeof name !== 'string' || typeof hash !== 'string' || typeof changedMs !== 'number' || !isRole(role))
    return null;
  return { name, role, hash, mustChange: mustChange === true, changedMs };
}

function readToken(value: unknown): ApiToken | null {
  if (!isRecord(value)) return null;
  const { id, name, role, digest, createdMs } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof digest !== 'string') return null;
  return typeof createdMs === 'number' && isRole(role) ? { id, name, role, digest, createdMs } : null;
}

/** What is missing or cannot be read leaves the access shut. */
function readCommissioning(value: unknown): AccountBook['commissioning'] {
  if (!isRecord(value)) return null;
  const { hash, sinceMs } = value;
  return typeof hash === 'string' && typeof sinceMs === 'number' ? { hash, sinceMs } : null;
}

function isRole(value: unknown): value is ApiRole {
  return value === 'viewer' || value === 'operator' || value === 'manufacturer';
}

function all<T>(value: unknown, read: (one: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.map((one) => read(one)).filter((one) => one !== null);
  return found.length === value.length ? found : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
