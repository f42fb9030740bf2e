import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { KerbsideError } from '../core/errors.ts';
import { createSystemRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import type { Time } from '../core/time.ts';
import { Daemon } from '../daemon/daemon.ts';
import { loadConfiguration } from '../daemon/daemon-configuration.ts';
import { processValue } from '../daemon/process-values.ts';
import { onStationEvent } from '../station/station-events.ts';
import type { CliIo } from './cli-io.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { evseCount } from './daemon-options.ts';
import { dataFolderOf } from './data-folder.ts';
import { loadDemoBackend } from './demo-backend.ts';
import type { DemoBackend } from './demo-backend.ts';
import { demoNotice, ledgerText } from './demo-lines.ts';
import { exitCodes } from './exit-codes.ts';
import { freePort } from './free-port.ts';
import { createLog } from './log.ts';
import { endOnDefects } from './run-command.ts';
import { firstStopSignal } from './stop-signals.ts';
import { tellSecrets } from './token-lines.ts';

const host = '127.0.0.1';
const preferredPorts = { backend: 9000, control: 9001 } as const;
const demoIdentity = 'KERBSIDE-DEMO';
const apiPortVariable = 'KERBSIDE_API_PORT';

/** Meter values come often enough to be seen; what a person sets counts all the same. */
const demoDefaults = { KERBSIDE_DEFAULT_METERING_SAMPLE_INTERVAL: '15' } as const;

/** `kerbside demo`: backend, station and story in one process, until Ctrl-C. */
export async function runDemo(call: CommandCall): Promise<number> {
  const { io, options } = call;
  const stopSignal = firstStopSignal(io);
  const story = readStory(call);
  const dataFolder = dataFolderOf(options, io, '.kerbside/demo');
  const backend = await startBackend(io);
  const time = createSystemTime();
  const log = createLog({ out: (text) => io.out(text), pretty: true, level: 'info', nowMs: () => time.systemWallMs() });
  endOnDefects(io, log);
  const daemon = new Daemon({
    configuration: await demoConfiguration(io, dataFolder, backend.url),
    dataFolder,
    driver: { kind: 'simulator', evses: evseCount(options), ...(flag(options, 'unsigned') ? {} : { signed: true }) },
    time,
    random: createSystemRandom(),
    tell: log,
    ...tellSecrets(dataFolder, io),
    onListening: (url, token) =>
      io.out(introduction({ url, token }, backend, textOption(options, 'data') ?? '.kerbside/demo')),
    ...(io.workerEntry === null ? {} : { workerEntry: io.workerEntry }),
  });
  const stopListening = onStationEvent((event) => log(demoNotice(event)));
  const over = new AbortController();
  try {
    await Promise.race([stopSignal, play({ daemon, story, time, io, over: over.signal })]);
    io.out('\nStopping.\n');
    return exitCodes.ok.code;
  } finally {
    over.abort();
    await daemon.stop();
    stopListening();
    io.out(ledgerText(backend.ledgerSummary()));
    await backend.close();
  }
}

async function startBackend(io: CliIo): Promise<DemoBackend> {
  const start = await loadDemoBackend();
  const port = await freePort(host, preferredPorts.backend);
  const httpPort = await freePort(host, Math.max(preferredPorts.control, port + 1));
  if (port !== preferredPorts.backend) io.out(`Port ${preferredPorts.backend} is busy; the backend takes ${port}.\n`);
  return start({ host, port, httpPort });
}

async function demoConfiguration(
  io: CliIo,
  dataFolder: string,
  backendUrl: string,
): ReturnType<typeof loadConfiguration> {
  const source = { dataFolder, configurationFile: null, backendUrl, identity: demoIdentity };
  const environment = { ...demoDefaults, ...io.environment };
  const configuration = await loadConfiguration({ ...source, environment });
  const preferred = processValue('api.port', configuration.shared);
  const port = preferred === 0 ? 0 : await freePort(processValue('api.host', configuration.shared), preferred);
  if (port === preferred) return configuration;
  io.out(`Port ${preferred} is busy; the API takes ${port}.\n`);
  return loadConfiguration({ ...source, environment: { ...environment, [apiPortVariable]: String(port) } });
}

/** The token may stand here: the demo listens on this machine only, and its hardware is simulated. */
function introduction(api: { url: string; token: string }, backend: DemoBackend, dataFolder: string): string {
  return [
    '',
    `  Station        ${demoIdentity}, two cars' worth of simulated hardware`,
    `  Backend        ${backend.url}`,
    `  Its control    ${backend.controlUrl}`,
    `  Status page    ${api.url}/#token=${api.token}`,
    `  API            ${api.url}/api/v1/openapi.json (ready: ${api.url}/readyz)`,
    `  Join in        kerbside sim plug 1 --data ${dataFolder}`,
    '  Ctrl-C ends it and shows the ledger.',
    '',
    '',
  ].join('\n');
}

interface Story {
  readonly text: string;
  readonly name: string;
}

/** The scenario to play; null = none. */
function readStory({ io, options }: CommandCall): Story | null {
  if (flag(options, 'quiet-hardware')) return null;
  const named = textOption(options, 'story');
  const path = named === undefined ? builtInStory() : resolve(io.workingFolder, named);
  if (existsSync(path)) return { text: readFileSync(path, 'utf8'), name: path };
  throw new KerbsideError(
    'command.usage',
    `There is no scenario at ${path}. Name one with --story, or give --quiet-hardware.`,
  );
}

/** Beside `src` as beside `dist`; the single file lies one folder deeper than the sources of `dist`, as these do. */
function builtInStory(): string {
  return fileURLToPath(new URL('../../scenarios/demo.yaml', import.meta.url));
}

/** Starts the daemon and plays the story; never ends by itself. */
async function play(parts: {
  readonly daemon: Daemon;
  readonly story: Story | null;
  readonly time: Time;
  readonly io: CliIo;
  readonly over: AbortSignal;
}): Promise<never> {
  const { daemon, story, time, io, over } = parts;
  await daemon.start();
  const [station] = daemon.host.stations();
  const simulator = station?.simulator;
  if (story !== null && simulator !== undefined && simulator !== null) {
    const [{ parseScenario }, { playScenario }, { stepText }] = await Promise.all([
      import('../drivers/scenario-file.ts'),
      import('../drivers/scenario-player.ts'),
      import('./sim-command.ts'),
    ]);
    const scenario = parseScenario(story.text, story.name);
    await playScenario(
      {
        scenario,
        time,
        simulate: (action) => {
          if (action['action'] !== 'state') io.out(`── ${stepText(action)}\n`);
          return simulator.simulate(action);
        },
        onStep: (_step, problem) => {
          if (problem !== null) io.out(`   refused: ${problem}\n`);
        },
      },
      over,
    );
  }
  return new Promise<never>(() => {});
}
