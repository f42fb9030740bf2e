import { messageOf } from '../../core/errors.ts';
import type { FileUpload, TransferOutcome } from '../../diagnostics/file-transfer.ts';
import { counted } from './counted.ts';
import { ftpAccess, ftpPath, ftpSilenceMs, isDeniedReply } from './ftp-access.ts';

/** Stores a file by FTP in passive mode, over TLS for ftps (explicit, or implicit at port 990) (F-03, F-06). */
export async function uploadOverFtp(file: FileUpload, signal: AbortSignal): Promise<TransferOutcome> {
  // The library is loaded by the stations that are asked for it.
  const { Client, FTPError } = await import('basic-ftp');
  const client = new Client(ftpSilenceMs);
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) return { kind: 'failed', problem: 'it was given up' };
    await client.access(ftpAccess(file));
    const folder = ftpPath(file.url).join('/');
    if (folder !== '') await client.ensureDir(folder);
    await client.uploadFrom(counted(file), file.fileName);
    return { kind: 'done' };
  } catch (error) {
    const isDenied = error instanceof FTPError && isDeniedReply(error.code);
    return { kind: isDenied ? 'denied' : 'failed', problem: messageOf(error) };
  } finally {
    signal.removeEventListener('abort', abort);
    client.close();
  }
}
