import { messageOf } from '../core/errors.ts';
import { createSystemRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import { Daemon } from '../daemon/daemon.ts';
import { loadConfiguration } from '../daemon/daemon-configuration.ts';
import { processValue } from '../daemon/process-values.ts';
import { onStationEvent } from '../station/station-events.ts';
import type { CliIo } from './cli-io.ts';
import type { CommandCall } from './command.ts';
import { configurationSource, driverChoice, firmwareInstaller } from './daemon-options.ts';
import { dataFolderOf } from './data-folder.ts';
import { noticeOf } from './event-notice.ts';
import { exitCodes } from './exit-codes.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { firstStopSignal } from './stop-signals.ts';
import { tellSecrets } from './token-lines.ts';

/** `kerbside run`: the daemon until a signal. */
export async function runDaemon({ io, options }: CommandCall): Promise<number> {
  const stopSignal = firstStopSignal(io);
  const dataFolder = dataFolderOf(options, io);
  const driver = driverChoice(options, io);
  const configuration = await loadConfiguration(configurationSource(options, io, dataFolder));
  const time = createSystemTime();
  const level = processValue('log.level', configuration.shared);
  const log = createLog({
    out: (text) => io.out(text),
    pretty: io.isTerminal,
    level,
    nowMs: () => time.systemWallMs(),
  });
  endOnDefects(io, log);
  const stopListening = onStationEvent((event) => log(noticeOf(event)));
  const ended = Promise.withResolvers<void>();
  const daemon = new Daemon({
    configuration,
    dataFolder,
    driver,
    firmwareInstaller: firmwareInstaller(options, io),
    time,
    random: createSystemRandom(),
    tell: log,
    ...tellSecrets(dataFolder, io),
    onEndForFirmware: () => ended.resolve(),
    ...(io.workerEntry === null ? {} : { workerEntry: io.workerEntry }),
  });
  const started = daemon.start();
  const newSoftware = ended.promise.then(() => 'newFirmware' as const);
  // A signal during the start ends it too.
  const failed = started.then(() => new Promise<never>(() => {}));
  try {
    const ending = await Promise.race([stopSignal.then(() => 'ok' as const), newSoftware, failed]);
    log({ level: 'info', area: 'daemon', text: ending === 'ok' ? 'Stopping.' : 'Stopping for the new firmware.' });
    return exitCodes[ending].code;
  } finally {
    await daemon.stop();
    stopListening();
  }
}

/** After a defect nothing in memory can be trusted; what counts is on disk, and the supervisor starts anew. */
export function endOnDefects(io: CliIo, log: Log): void {
  io.onUncaught((error) => {
    const stack = error instanceof Error ? error.stack : undefined;
    log({ level: 'error', area: 'daemon', text: `A defect ended the daemon: ${messageOf(error)}`, fields: { stack } });
    io.exit(exitCodes.failure.code);
  });
}
