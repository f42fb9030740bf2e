import { KerbsideError } from '../core/errors.ts';
import type { CommandCall } from './command.ts';
import { textOption } from './command.ts';

/** `--before` and `--count` as the query of a page. @throws KerbsideError `command.usage` when one is no whole number */
export function pageQuery({ options }: CommandCall, usual: number): string {
  const count = textOption(options, 'count') ?? String(usual);
  if (!/^([1-9]\d{0,2}|1000)$/.test(count)) {
    throw new KerbsideError('command.usage', '--count is a number from 1 to 1000.');
  }
  const before = textOption(options, 'before');
  if (before === undefined) return `limit=${count}`;
  if (!/^\d{1,15}$/.test(before)) throw new KerbsideError('command.usage', '--before is a number.');
  return `limit=${count}&before=${before}`;
}
