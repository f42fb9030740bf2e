import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The server is Debian's `python3-pyftpdlib`: written by others, as the servers of operators are. */
const script = `
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
folder, user, password = sys.argv[1:4]
users = DummyAuthorizer()
users.add_user(user, password, folder, perm='elradfmw')
handler = FTPHandler
handler.authorizer = users
server = FTPServer(('127.0.0.1', 0), handler)
print('port', server.address[1], flush=True)
server.serve_forever()
`;

/** How the server is to be. */
export interface FtpPeerOptions {
  readonly user: string;
  readonly password: string;
}

/** A running FTP server of others. */
export interface FtpPeer {
  readonly port: number;
  /** The content of a file in its folder. */
  read(name: string): string;
  /** Puts a file into its folder. */
  write(name: string, content: string | Uint8Array): void;
  stop(): void;
}

/** Starts the server; a text instead says why it cannot be had on this machine. */
export async function startFtpPeer(options: FtpPeerOptions): Promise<FtpPeer | string> {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-ftp-'));
  const files = join(folder, 'files');
  mkdirSync(files);
  const { user, password } = options;
  const child = spawn('/usr/bin/python3', ['-c', script, files, user, password], { stdio: ['ignore', 'pipe', 'pipe'] });
  const port = await portOf(child);
  const stop = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  if (typeof port === 'string') {
    stop();
    return port;
  }
  return {
    port,
    read: (name) => readFileSync(join(files, name), 'utf8'),
    write: (name, content) => {
      mkdirSync(dirname(join(files, name)), { recursive: true });
      writeFileSync(join(files, name), content);
    },
    stop,
  };
}

function portOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', (error) => resolve(`python3 cannot be started: ${error.message}`));
    child.once('exit', () => resolve(`python3-pyftpdlib cannot be used: ${said.trim().split('\n').at(-1) ?? ''}`));
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const [, port] = /^port (\d+)$/.exec(line) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
}
