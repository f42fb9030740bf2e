import { schemeOf, type FileTransfer } from '../../diagnostics/file-transfer.ts';

/** File transfer over HTTP(S) and FTP(S); nothing of it is loaded before it is used. */
export function createFileTransfer(): FileTransfer {
  return {
    schemes: ['http', 'https', 'ftp', 'ftps'],
    async upload(file, signal) {
      switch (schemeOf(file.url)) {
        case 'http':
        case 'https':
          return (await import('./http-upload.ts')).uploadOverHttp(file, signal);
        case 'ftp':
        case 'ftps':
          return (await import('./ftp-upload.ts')).uploadOverFtp(file, signal);
        case null:
          return { kind: 'unsupported', problem: `${file.url.protocol} is not supported` };
      }
    },
    async download(file, signal) {
      switch (schemeOf(file.url)) {
        case 'http':
        case 'https':
          return (await import('./http-download.ts')).downloadOverHttp(file, signal);
        case 'ftp':
        case 'ftps':
          return (await import('./ftp-download.ts')).downloadOverFtp(file, signal);
        case null:
          return { kind: 'unsupported', problem: `${file.url.protocol} is not supported` };
      }
    },
  };
}
