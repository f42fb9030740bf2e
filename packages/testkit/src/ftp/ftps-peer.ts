import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

import type { IssuedCertificate } from '../tls/certificate-authority.ts';
import type { FtpPeer } from './ftp-peer.ts';

const program = '/usr/sbin/vsftpd';

/** vsftpd as Debian ships it: guests only, TLS demanded, and data connections must resume the session of the control connection. */
function configuration(folder: string, port: number): string {
  return [
    'listen=YES',
    'background=NO',
    'listen_address=127.0.0.1',
    `listen_port=${port}`,
    'local_enable=NO',
    'anonymous_enable=YES',
    'no_anon_password=YES',
    `anon_root=${join(folder, 'root')}`,
    'write_enable=YES',
    'anon_upload_enable=YES',
    'anon_mkdir_write_enable=YES',
    'ssl_enable=YES',
    'allow_anon_ssl=YES',
    'force_anon_data_ssl=YES',
    'force_anon_logins_ssl=YES',
    'require_ssl_reuse=YES',
    'ssl_ciphers=HIGH',
    `rsa_cert_file=${join(folder, 'server.pem')}`,
    `secure_chroot_dir=${join(folder, 'empty')}`,
    'seccomp_sandbox=NO',
    'xferlog_enable=NO',
    '',
  ].join('\n');
}

/** Starts an FTPS server of others, whose folder `up` takes files; a text instead says why it cannot be had on this machine. */
export async function startFtpsPeer(certificate: IssuedCertificate): Promise<FtpPeer | string> {
  if (!existsSync(program)) return 'vsftpd is not installed';
  if (process.getuid?.() !== 0) return 'vsftpd needs root';
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-ftps-'));
  chmodSync(folder, 0o755);
  for (const name of ['root', 'root/up', 'empty']) mkdirSync(join(folder, name), { mode: 0o755 });
  chmodSync(join(folder, 'root/up'), 0o777);
  const port = await freePort();
  writeFileSync(join(folder, 'server.pem'), `${certificate.cert}\n${certificate.key}`);
  writeFileSync(join(folder, 'vsftpd.conf'), configuration(folder, port));
  const child = spawn(program, [join(folder, 'vsftpd.conf')], { stdio: 'ignore' });
  const stop = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await listens(port))) {
    stop();
    return 'vsftpd did not start';
  }
  return {
    port,
    read: (name) => readFileSync(join(folder, 'root', name), 'utf8'),
    write: (name, content) => writeFileSync(join(folder, 'root', name), content),
    stop,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Whether something listens within some seconds. */
async function listens(port: number): Promise<boolean> {
  for (const endMs = performance.now() + 5_000; performance.now() < endMs;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return true;
    await pause(50);
  }
  return false;
}
