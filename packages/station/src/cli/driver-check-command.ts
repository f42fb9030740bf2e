import { KerbsideError } from '../core/errors.ts';
import { createSystemTime } from '../core/system-time.ts';
import type { HardwareDescription } from '../evse/hardware.ts';
import { driverCases } from '../drivers/check/driver-cases.ts';
import type { DriverCase } from '../drivers/check/driver-case.ts';
import { runDriverCheck } from '../drivers/check/run-check.ts';
import type { CaseResult } from '../drivers/check/run-check.ts';
import { createProcessDriver } from '../drivers/process/driver-client.ts';
import { connectTo } from '../drivers/process/socket-file.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { firstStopSignal } from './stop-signals.ts';

/** How long the driver may take for its first answer. */
const startTimeoutMs = 5_000;

/** `kerbside driver-check`: connects to a driver as a station would and looks whether it keeps the contract. */
export async function runDriverCheckCommand({ io, positionals, options }: CommandCall): Promise<number> {
  if (flag(options, 'list')) {
    io.out(listText());
    return exitCodes.ok.code;
  }
  const socketPath = readSocketPath(positionals);
  const cases = readCases(textOption(options, 'only'));
  const evse = readEvse(textOption(options, 'evse'));
  const json = flag(options, 'json');
  const time = createSystemTime();
  const over = new AbortController();
  void firstStopSignal(io).then(() => over.abort());
  // Nobody there is told at once, not after the patience of a station.
  (await connectTo(socketPath)).destroy();
  const { description, results } = await runDriverCheck({
    cases,
    open: () => createProcessDriver({ socketPath, time, startTimeoutMs }),
    time,
    socketPath,
    evse,
    withVehicle: flag(options, 'with-vehicle'),
    signal: over.signal,
    onResult: (result) => {
      if (!json) io.out(resultText(result));
    },
  });
  const counts = countsOf(results);
  if (json)
    io.out(
      `${JSON.stringify({ driver: aboutDriver(description), socketPath, evse, counts, cases: results }, null, 2)}\n`,
    );
  else io.out(conclusion(description, evse, counts, cases.length));
  const isComplete = results.length === cases.length;
  return isComplete && counts.failed === 0 ? exitCodes.ok.code : exitCodes.failure.code;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const marks: Readonly<Record<CaseResult['outcome'], string>> = { passed: '✔', failed: '✖', skipped: '–' };

function resultText({ id, title, outcome, detail, durationMs }: CaseResult): string {
  const seconds = outcome === 'skipped' ? '' : ` (${(durationMs / 1_000).toFixed(1)} s)`;
  const line = `${marks[outcome]} ${id}: ${title}${seconds}\n`;
  return outcome === 'passed' ? line : `${line}    ${outcome === 'skipped' ? 'skipped: ' : ''}${detail}\n`;
}

function conclusion(description: HardwareDescription, evse: number, counts: Counts, asked: number): string {
  const { vendor, model, simulated, firmwareVersion } = aboutDriver(description);
  const what = `${[vendor, model, firmwareVersion].filter((part) => part !== undefined).join(' ')}${simulated ? ' (simulated)' : ''}`;
  const { passed, failed, skipped } = counts;
  const left = asked - passed - failed - skipped;
  return [
    '',
    `${what}, charging point ${evse} of ${description.evses.length}`,
    `${passed} passed, ${failed} failed, ${skipped} skipped${left > 0 ? `, ${left} not run` : ''}`,
    '',
  ].join('\n');
}

function aboutDriver({ vendor, model, serial, firmwareVersion, simulated }: HardwareDescription): {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string | undefined;
  readonly firmwareVersion: string | undefined;
  readonly simulated: boolean;
} {
  return { vendor, model, serial, firmwareVersion, simulated };
}

function countsOf(results: readonly CaseResult[]): Counts {
  const count = (outcome: CaseResult['outcome']): number => results.filter((each) => each.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function listText(): string {
  const width = Math.max(...driverCases.map(({ id }) => id.length));
  return driverCases.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join('');
}

function readSocketPath(positionals: readonly string[]): string {
  const [target, ...others] = positionals;
  const path = target?.replace(/^socket:/, '') ?? '';
  if (path !== '' && others.length === 0) return path;
  throw new KerbsideError(
    'command.usage',
    'Name the socket of the driver, such as socket:/run/evse-driver/driver.sock.',
  );
}

function readEvse(text = '1'): number {
  const evse = Number(text);
  if (Number.isInteger(evse) && evse >= 1) return evse;
  throw new KerbsideError('command.usage', `--evse is a whole number from 1, not ${JSON.stringify(text)}.`);
}

function readCases(only: string | undefined): readonly DriverCase[] {
  if (only === undefined) return driverCases;
  const wanted = only.split(',').map((id) => id.trim());
  const unknown = wanted.find((id) => !driverCases.some((each) => each.id === id));
  if (unknown === undefined) return driverCases.filter(({ id }) => wanted.includes(id));
  throw new KerbsideError('command.usage', `There is no case ${JSON.stringify(unknown)}; --list names them all.`);
}
