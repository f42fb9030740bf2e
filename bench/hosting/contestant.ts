import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a program that hosts stations is told. */
export interface HostingTask {
  readonly url: string;
  readonly stations: number;
  /** An empty folder of its own on a real disk. */
  readonly folder: string;
}

/** A program that hosts stations. */
export interface HostingContestant {
  /** The end of its metrics' names; empty for the program that the bench is about. */
  readonly name: string;
  start(task: HostingTask): ChildProcess;
}

/** The packaged daemon with simulated hardware. */
export function kerbsideDaemon(bin: string, compileCache: string): HostingContestant {
  return {
    name: '',
    start: ({ url, stations, folder }) => {
      const args = [bin, 'run', '--simulate', '--stations', String(stations), '--backend', url, '--data', folder];
      const tokens = { KERBSIDE_API_OPERATOR_TOKEN: 'o'.repeat(16), KERBSIDE_API_MANUFACTURER_TOKEN: 'm'.repeat(16) };
      return run(process.execPath, args, { ...tokens, KERBSIDE_API_PORT: '0', NODE_COMPILE_CACHE: compileCache });
    },
  };
}

/** Clients of ocpp-rpc in one process. */
export const ocppRpcStations: HostingContestant = {
  name: 'ocpp_rpc',
  start: ({ url, stations }) => {
    const file = fileURLToPath(new URL('./ocpp-rpc-stations.ts', import.meta.url));
    return run(process.execPath, ['--disable-warning=ExperimentalWarning', file, url, String(stations)], {});
  },
};

/**
 * Any other program. `{url}`, `{stations}` and `{folder}` in the command line are replaced; the same stand in the environment as
 * `BENCH_URL`, `BENCH_STATIONS` and `BENCH_FOLDER`. It runs in a shell until it is killed, with all its children.
 */
export function launchedProgram(command: string): HostingContestant {
  return {
    name: 'launched',
    start: ({ url, stations, folder }) => {
      const line = command
        .replaceAll('{url}', url)
        .replaceAll('{stations}', String(stations))
        .replaceAll('{folder}', folder);
      const environment = { BENCH_URL: url, BENCH_STATIONS: String(stations), BENCH_FOLDER: folder };
      return run('sh', ['-c', line], { ...process.env, ...environment });
    },
  };
}

/** In a process group of its own, so that everything that belongs to it can be ended. */
function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
  });
}
