/** How the program `ip` of iproute2 ended; `problem` is '' when it did what was asked. */
export interface IpAnswer {
  readonly output: string;
  readonly problem: string;
}

/** Runs `ip` with arguments. Never rejects. */
export type IpCommand = (args: readonly string[]) => Promise<IpAnswer>;

const LIMIT_MS = 5000;
/** Where it lies; a service often has a shorter path. */
const path = '/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin';

/** The real one; most stations never need it. */
export const runIp: IpCommand = async (args) => {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = { timeout: LIMIT_MS, env: { PATH: path, LC_ALL: 'C' } };
    execFile('ip', [...args], options, (error, output, complaint) => {
      if (error === null) return resolve({ output, problem: '' });
      const missing = error.code === 'ENOENT';
      resolve({ output, problem: missing ? 'the program ip (iproute2) is missing' : firstLine(complaint, error) });
    });
  });
};

function firstLine(complaint: string, error: Error): string {
  const line = complaint
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '');
  return line ?? error.message;
}
