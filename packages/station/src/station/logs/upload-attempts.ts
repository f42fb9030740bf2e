import type { LogUploadStatus } from '../../delivery/session.ts';
import type { FileTransfer, FileUpload } from '../../diagnostics/file-transfer.ts';
import {
  attemptTransfer,
  pauseBetween,
  retriesOf,
  type TransferRetries,
  type TransferSurroundings,
} from './transfer-attempts.ts';

/** What an upload needs of its surroundings. */
export interface UploadSurroundings extends TransferSurroundings {
  readonly files: FileTransfer;
  readonly onProblem: (problem: string) => void;
}

/** Uploads a file, again as often as the backend wants it (F-02); gives how it ended. */
export async function upload(
  file: FileUpload,
  request: TransferRetries,
  around: UploadSurroundings,
): Promise<LogUploadStatus> {
  const { files, signal, onProblem } = around;
  const again = retriesOf(request);
  for (let attempt = 0; ; attempt++) {
    const outcome = await attemptTransfer((onProgress, ended) => files.upload({ ...file, onProgress }, ended), around);
    if (outcome.kind === 'done') return 'uploaded';
    if (signal.aborted) return 'uploadFailure';
    onProblem(`the upload of ${file.fileName} failed: ${outcome.problem}`);
    if (outcome.kind === 'denied') return 'permissionDenied';
    if (outcome.kind === 'unsupported') return 'notSupported';
    if (attempt >= again) return 'uploadFailure';
    await pauseBetween(request, around);
    if (signal.aborted) return 'uploadFailure';
  }
}
