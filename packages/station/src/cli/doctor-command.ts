import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { DoctorReport, DoctorStep } from '../doctor/doctor-report.ts';
import { showAnswer, isSuccess } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { addressText, closingText, stepText } from './doctor-text.ts';
import { exitCodes } from './exit-codes.ts';
import { chooseStation, clientOf } from './station-choice.ts';

/** The daemon looks itself; that may take two attempts and an answer, each up to ten minutes. */
const DAEMON_TIMEOUT_MS = 1_900_000;

/** Who looks, and why the doctor itself may open no WebSocket. */
type Looker =
  | { readonly kind: 'daemon' }
  | { readonly kind: 'alone'; readonly onlyReach: string | null; readonly besideDaemon: boolean };

/** `kerbside doctor`: every step of the way to the backend. Ends with the code of the step that failed. */
export async function runDoctor(call: CommandCall): Promise<number> {
  const stop = new AbortController();
  const stopListening = call.io.onStopSignal(() => stop.abort());
  try {
    const looker = await chooseLooker(call);
    return looker.kind === 'daemon' ? await askDaemon(call, stop.signal) : await lookAlone(call, looker, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted.code;
    throw error;
  } finally {
    stopListening();
  }
}

/** A running daemon looks at its own stations; it must not be disturbed by a second socket of the same identity (T-24). */
async function chooseLooker(call: CommandCall): Promise<Looker> {
  const isOther =
    textOption(call.options, 'backend') !== undefined || textOption(call.options, 'identity') !== undefined;
  const running = await countRunning(call);
  if (!isOther) return running > 0 ? { kind: 'daemon' } : { kind: 'alone', onlyReach: null, besideDaemon: false };
  const { configuredIdentity } = await import('./doctor-alone-setup.ts');
  const identity = await configuredIdentity(call);
  const used = running > 0 && (await usesIdentity(call, identity));
  const onlyReach = used
    ? `Not looked at: the station “${identity}” runs here, and a second connection with its identity would replace its own. Leave --backend and --identity out, or stop the daemon.`
    : null;
  return { kind: 'alone', onlyReach, besideDaemon: running > 0 };
}

/** How many stations the daemon of this data folder has; none when no daemon answers. */
async function countRunning(call: CommandCall): Promise<number> {
  try {
    const { body } = await clientOf(call).ask('GET', '/api/v1/stations');
    return isRecord(body) && Array.isArray(body['stations']) ? body['stations'].length : 0;
  } catch (error) {
    if (error instanceof KerbsideError && error.code === 'daemon.unreachable') return 0;
    throw error;
  }
}

/** Whether a station of the daemon has this identity and a link that is not switched off. */
async function usesIdentity(call: CommandCall, identity: string): Promise<boolean> {
  if (identity === '') return false;
  const { status, body } = await clientOf(call).ask('GET', `/api/v1/stations/${encodeURIComponent(identity)}`);
  const link = isRecord(body) && isRecord(body['link']) ? body['link'] : {};
  return status === 200 && link['kind'] !== 'disabled';
}

async function askDaemon(call: CommandCall, signal: AbortSignal): Promise<number> {
  const { io, options } = call;
  const { client, path } = await chooseStation(call);
  const body = { disconnect: flag(options, 'disconnect') };
  const answer = await client.ask('POST', `${path}/doctor`, body, { timeoutMs: DAEMON_TIMEOUT_MS, signal });
  const verbose = flag(options, 'verbose');
  const show = (report: unknown): string => reportText(report as DoctorReport, verbose);
  const shown = showAnswer(answer, io, { json: flag(options, 'json'), show });
  return isSuccess(answer) ? exitOf((answer.body as DoctorReport).steps) : shown;
}

async function lookAlone(
  call: CommandCall,
  looker: Extract<Looker, { kind: 'alone' }>,
  signal: AbortSignal,
): Promise<number> {
  const { io, options } = call;
  const [verbose, json] = [flag(options, 'verbose'), flag(options, 'json')];
  const { setUpAlone } = await import('./doctor-alone-setup.ts');
  const { doctorAlone } = await import('../doctor/doctor-alone.ts');
  const setUp = await setUpAlone(call, { ...looker, signal });
  const report = await doctorAlone({
    ...setUp,
    ...(json
      ? {}
      : {
          onAddress: (address) => io.out(addressText(address)),
          onStep: (step) => io.out(isShown(step) ? stepText(step, verbose) : ''),
        }),
  });
  if (signal.aborted) return exitCodes.interrupted.code;
  io.out(json ? `${JSON.stringify(report, null, 2)}\n` : closingText(report));
  return exitOf(report.steps);
}

function reportText(report: DoctorReport, verbose: boolean): string {
  const steps = report.steps.filter(isShown).map((step) => stepText(step, verbose));
  return [addressText(report.address), ...steps, closingText(report)].join('');
}

/** An address that is fine stands above the steps already. */
function isShown({ step, verdict }: DoctorStep): boolean {
  return step !== 'address' || verdict !== 'ok';
}

const exitOfStep: Readonly<Record<DoctorStep['step'], number>> = {
  address: exitCodes.doctorAddress.code,
  dns: exitCodes.doctorDns.code,
  tcp: exitCodes.doctorTcp.code,
  proxy: exitCodes.doctorProxy.code,
  tls: exitCodes.doctorTls.code,
  upgrade: exitCodes.doctorUpgrade.code,
  subProtocol: exitCodes.doctorSubProtocol.code,
  boot: exitCodes.doctorBoot.code,
};

function exitOf(steps: readonly DoctorStep[]): number {
  const failed = steps.find(({ verdict }) => verdict === 'failed');
  return failed === undefined ? exitCodes.ok.code : exitOfStep[failed.step];
}
