/** The schemes of addresses that files go to or come from. */
export type TransferScheme = 'http' | 'https' | 'ftp' | 'ftps';

/** What every transfer needs to know of the other side. */
export interface TransferPlace {
  /** Where to; user and password in it are percent-encoded. */
  readonly url: URL;
  /** PEM texts of roots that count beside the public ones: the server's certificate is verified for https and ftps. */
  readonly roots: readonly string[];
}

/** A file that is to be sent. */
export interface FileUpload extends TransferPlace {
  /** A file of this name is made at the address, which names a folder; an address with a query names the file itself. */
  readonly fileName: string;
  readonly contentType: string;
  /** The content, from its beginning at each call: some servers are asked twice. */
  readonly content: () => AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  /** Told after each piece that was taken: the way is not dead. */
  readonly onProgress?: (sentBytes: number) => void;
}

/** A file that is to be fetched. */
export interface FileDownload extends TransferPlace {
  /** A longer file is not taken. */
  readonly maxBytes: number;
  /** Takes the pieces in their order; where it rejects, the transfer has failed with its message. */
  readonly write: (piece: Uint8Array) => Promise<void>;
  /** Told after each piece that was taken, with what the server said of the whole, null if nothing: the way is not dead. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | null) => void;
}

/** How a transfer ended. *denied*: the server wants another user or password. */
export type TransferOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'denied' | 'failed' | 'unsupported'; readonly problem: string };

/** Moves files between the station and servers, as a port. What is asked never rejects, and ends when the signal is aborted. */
export interface FileTransfer {
  /** What is built; the parameter `SupportedFileTransferProtocols` tells it. */
  readonly schemes: readonly TransferScheme[];
  upload(file: FileUpload, signal: AbortSignal): Promise<TransferOutcome>;
  /** Only a file that came whole is *done*: a connection that breaks before the announced length has failed. */
  download(file: FileDownload, signal: AbortSignal): Promise<TransferOutcome>;
}

/** The address of a file in a folder: one slash between them, whatever was there; an address with a query names the file (F-06). */
export function fileUrl(folder: URL, fileName: string): URL {
  if (folder.search !== '') return folder;
  const url = new URL(folder);
  url.pathname = `${folder.pathname.replace(/\/+$/u, '')}/${encodeURIComponent(fileName)}`;
  return url;
}

/** The scheme of an address; null for one that is none of the known. */
export function schemeOf(url: URL): TransferScheme | null {
  const scheme = url.protocol.slice(0, -1);
  return scheme === 'http' || scheme === 'https' || scheme === 'ftp' || scheme === 'ftps' ? scheme : null;
}

/** User and password of an address, decoded; null when it has none. */
export function credentialsOf(url: URL): { readonly user: string; readonly password: string } | null {
  if (url.username === '' && url.password === '') return null;
  return { user: decoded(url.username), password: decoded(url.password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
