import { Writable } from 'node:stream';

import { messageOf } from '../../core/errors.ts';
import type { FileDownload, TransferOutcome } from '../../diagnostics/file-transfer.ts';
import { ftpAccess, ftpPath, ftpSilenceMs, isDeniedReply } from './ftp-access.ts';
import { ReceivedFile } from './received-file.ts';

/** Fetches a file by FTP in passive mode, over TLS for ftps (F-03). */
export async function downloadOverFtp(file: FileDownload, signal: AbortSignal): Promise<TransferOutcome> {
  // The library is loaded by the stations that are asked for it.
  const { Client, FTPError } = await import('basic-ftp');
  const client = new Client(ftpSilenceMs);
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) return { kind: 'failed', problem: 'it was given up' };
    const path = ftpPath(file.url).join('/');
    if (path === '') return { kind: 'failed', problem: 'the address names no file' };
    await client.access(ftpAccess(file));
    // Not every server tells it.
    const size = await client.size(path).catch(() => null);
    const received = new ReceivedFile(file, size);
    await client.downloadTo(sinkOf(received), path);
    return received.outcome;
  } catch (error) {
    const isDenied = error instanceof FTPError && isDeniedReply(error.code);
    return { kind: isDenied ? 'denied' : 'failed', problem: messageOf(error) };
  } finally {
    signal.removeEventListener('abort', abort);
    client.close();
  }
}

/** Takes the next piece only when the one before was taken. */
function sinkOf(received: ReceivedFile): Writable {
  return new Writable({
    write: (piece: Uint8Array, _encoding, done) => {
      received.take(piece).then(() => done(), done);
    },
  });
}
