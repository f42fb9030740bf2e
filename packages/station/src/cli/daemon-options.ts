import { resolve } from 'node:path';

import { KerbsideError } from '../core/errors.ts';
import { daemonVariables } from '../daemon/daemon-configuration.ts';
import type { ConfigurationSource } from '../daemon/daemon-configuration.ts';
import { parseDriverChoice } from '../daemon/driver-choice.ts';
import type { DriverChoice } from '../daemon/driver-choice.ts';
import { MOST_STATIONS } from '../params/identity-template.ts';
import type { CliIo } from './cli-io.ts';
import type { OptionValues } from './command.ts';
import { flag, textOption } from './command.ts';

const MOST_EVSES = 100;

/** Where the configuration comes from, by options and environment. */
export function configurationSource(options: OptionValues, io: CliIo, dataFolder: string): ConfigurationSource {
  const file = textOption(options, 'config') ?? io.environment[daemonVariables.config];
  return {
    dataFolder,
    configurationFile: file === undefined || file === '' ? null : resolve(io.workingFolder, file),
    environment: io.environment,
    backendUrl: textOption(options, 'backend') ?? null,
    identity: textOption(options, 'identity') ?? null,
    stationCount: stationCount(options),
  };
}

/** `--stations`; null when it was not given. Throws `command.usage`. */
function stationCount(options: OptionValues): number | null {
  const text = textOption(options, 'stations');
  if (text === undefined) return null;
  if (/^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_STATIONS) return Number(text);
  throw new KerbsideError('command.usage', `--stations is a whole number from 1 to ${MOST_STATIONS}.`);
}

/** The hardware that was chosen; null = none. Throws `command.usage`. */
export function driverChoice(options: OptionValues, io: CliIo): DriverChoice | null {
  const named = textOption(options, 'driver');
  const simulate = flag(options, 'simulate');
  const signed = flag(options, 'signed');
  if (simulate && named !== undefined && named !== 'simulator') {
    throw new KerbsideError('command.usage', 'Give --simulate or --driver, not both.');
  }
  const text = simulate ? 'simulator' : (named ?? io.environment[daemonVariables.driver]);
  if (signed && text !== undefined && text.startsWith('socket:')) {
    throw new KerbsideError(
      'command.usage',
      '--signed is for simulated hardware; a driver says itself whether its meters sign.',
    );
  }
  if (text === undefined || text === '') return null;
  return parseDriverChoice(signed && text === 'simulator' ? 'simulator:signed' : text, evseCount(options));
}

/** The program that installs firmware; null = none was named. */
export function firmwareInstaller(options: OptionValues, io: CliIo): string | null {
  const named = textOption(options, 'firmware-installer') ?? io.environment[daemonVariables.firmwareInstaller] ?? '';
  if (named === '') return null;
  // A name without a folder is looked for as a shell does.
  return named.includes('/') ? resolve(io.workingFolder, named) : named;
}

/** `--evses`. Throws `command.usage`. */
export function evseCount(options: OptionValues): number {
  const text = textOption(options, 'evses') ?? '2';
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_EVSES) return count;
  throw new KerbsideError('command.usage', `--evses is a whole number from 1 to ${MOST_EVSES}.`);
}
