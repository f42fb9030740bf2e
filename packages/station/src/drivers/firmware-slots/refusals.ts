import { KerbsideError, messageOf } from '../../core/errors.ts';

/** What a person understands of an error of the system. */
const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'the data folder may not be written',
  EPERM: 'the data folder may not be written',
  EIO: 'the disk is damaged',
};

/** @param text a sentence */
export function refused(text: string): KerbsideError {
  return new KerbsideError('firmware.refused', text);
}

/** What a storage says becomes a refusal with its words. */
export async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KerbsideError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = words[code] === undefined ? messageOf(error) : `${words[code]} (${messageOf(error)})`;
    throw new KerbsideError('firmware.refused', `The image cannot be stored: ${reason}.`, { cause: error });
  }
}
