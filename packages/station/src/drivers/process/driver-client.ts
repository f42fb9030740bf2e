import { KerbsideError, messageOf } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';
import type {
  DrivableHardware,
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareEvent,
} from '../../evse/hardware.ts';
import { changeProblem, descriptionProblem } from '../description-check.ts';
import { hardwareDescriptionShape, hardwareEventShape } from '../hardware-shapes.ts';
import { object, parse } from '../shape.ts';
import { wait } from '../wait.ts';
import { DriverMemory } from './driver-memory.ts';
import { DriverProblems } from './driver-problems.ts';
import { answerShapes, protocolVersion, versionProblem } from './driver-protocol.ts';
import { RpcPeer } from './rpc-peer.ts';
import type { PeerEnd } from './rpc-peer.ts';
import { connectTo } from './socket-file.ts';

/** Where the driver is, and how patient the station is. */
export interface ProcessDriverOptions {
  readonly socketPath: string;
  /** Real time, also in a world that runs faster: heartbeats go between processes. */
  readonly time: Time;
  /** How long `start` waits for the driver's process; default 10 s. */
  readonly startTimeoutMs?: number;
  /** Called when the power of the whole station was cut; drop the station without shutdown, then start it again. */
  readonly onPowerCycle?: () => void;
  /** Told what a driver that was lost describes when it is back, before its events. */
  readonly onReturn?: (description: HardwareDescription) => void;
}

const RECONNECT_MS = 500;
/** A driver that floods, or that comes back as something else, gets a pause. */
const PENALTY_MS = 5_000;
const START_TIMEOUT_MS = 10_000;
/** How long a driver that is connected may take to answer `start`. */
const ATTEMPT_LIMIT_MS = 5_000;
const SIMULATE_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 2_000;

const emptyShape = object({});

/** A driver that lives in another process; connects by itself again when it is lost. */
export function createProcessDriver(options: ProcessDriverOptions): DrivableHardware {
  return new ProcessDriver(options);
}

/** Does one action at a driver's socket, without being its station. */
export async function simulateAt(
  options: Pick<ProcessDriverOptions, 'socketPath' | 'time'>,
  action: JsonObject,
): Promise<JsonObject> {
  const socket = await connectTo(options.socketPath);
  const peer = new RpcPeer({ socket, time: options.time, onRequest: refuse, onNotification: ignore, onEnd: ignore });
  peer.start();
  try {
    return await requestAction(peer, options.time, action);
  } finally {
    peer.close();
  }
}

/** One run of the driver, from `start` to `stop`. */
interface Run {
  readonly listener: (event: HardwareEvent) => void;
  readonly over: AbortController;
  readonly memory: DriverMemory;
  readonly problems: DriverProblems;
  /** What the hardware said at the start of the run; null before. */
  description: HardwareDescription | null;
}

/** The driver is there, but cannot be used: trying again at once helps nobody. */
class UnusableDriver extends KerbsideError {}

class ProcessDriver implements DrivableHardware {
  readonly #options: ProcessDriverOptions;
  #run: Run | undefined;
  #peer: RpcPeer | undefined;

  constructor(options: ProcessDriverOptions) {
    this.#options = options;
  }

  async start(listener: (event: HardwareEvent) => void, signal: AbortSignal): Promise<HardwareDescription> {
    this.#abandon();
    const { time, startTimeoutMs = START_TIMEOUT_MS } = this.#options;
    const problems = new DriverProblems(time, (text) => listener({ type: 'problem', text }));
    const run: Run = { listener, over: new AbortController(), memory: new DriverMemory(), problems, description: null };
    this.#run = run;
    const limit = new AbortController();
    const cancel = time.after(startTimeoutMs, () => limit.abort());
    try {
      const description = await this.#connectUntil(run, AbortSignal.any([signal, limit.signal, run.over.signal]));
      run.description = description;
      run.memory.learn(description);
      return description;
    } catch (error) {
      if (this.#run === run) this.#abandon();
      throw error;
    } finally {
      cancel();
    }
  }

  async command<C extends HardwareCommand>(command: C, signal: AbortSignal): Promise<HardwareAnswer<C['type']>> {
    const result = await this.#connected().request('command', withWholeMilliseconds(command), signal);
    const shape = answerShapes[command.type] ?? emptyShape;
    const what = `the driver's answer to ${command.type} cannot be used`;
    // The table gives each type of command the shape of its own answer; the compiler cannot follow it here.
    return parse(shape, result, { code: 'driver.refused', what }) as HardwareAnswer<C['type']>;
  }

  async stop(): Promise<void> {
    const peer = this.#peer;
    if (peer !== undefined) {
      const limit = new AbortController();
      const cancel = this.#options.time.after(STOP_LIMIT_MS, () => limit.abort());
      // A driver that is lost makes itself safe.
      await peer.request('stop', {}, limit.signal).catch(() => {});
      cancel();
    }
    this.#abandon();
  }

  async simulate(action: JsonObject): Promise<JsonObject> {
    return requestAction(this.#connected(), this.#options.time, action);
  }

  #connected(): RpcPeer {
    if (this.#peer === undefined) throw new KerbsideError('driver.lost', `no driver at ${this.#options.socketPath}`);
    return this.#peer;
  }

  /** Forgets the run and its connection. */
  #abandon(): void {
    const peer = this.#peer;
    this.#peer = undefined;
    this.#run?.over.abort();
    this.#run = undefined;
    peer?.close();
  }

  /**
   * Tries to connect until it works. Rejects with `driver.lost` and the last reason when `until` is aborted. At the start of a
   * run it rejects at once with `driver.refused` when the driver cannot be used; later that is told, and tried again.
   */
  async #connectUntil(run: Run, until: AbortSignal): Promise<HardwareDescription> {
    for (;;) {
      try {
        return await this.#connect(run, until);
      } catch (error) {
        const unusable = error instanceof UnusableDriver;
        if (unusable && run.description === null) throw error;
        if (unusable) run.problems.tell(error.message);
        const lost = (): KerbsideError => new KerbsideError('driver.lost', messageOf(error), { cause: error });
        const delayMs = unusable ? PENALTY_MS : RECONNECT_MS;
        await wait(this.#options.time, delayMs, [{ signal: until, error: lost }]);
      }
    }
  }

  async #connect(run: Run, until: AbortSignal): Promise<HardwareDescription> {
    const socket = await connectTo(this.#options.socketPath);
    const peer: RpcPeer = new RpcPeer({
      socket,
      time: this.#options.time,
      onRequest: refuse,
      onNotification: (method, params) => this.#notified(run, method, params),
      onEnd: (end) => this.#lost(run, peer, end),
      onProblem: (problem) => this.#problem(run, problem),
    });
    peer.start();
    const limit = new AbortController();
    const cancel = this.#options.time.after(ATTEMPT_LIMIT_MS, () => limit.abort());
    try {
      const patience = AbortSignal.any([until, limit.signal]);
      const description = readStart(
        await peer.request('start', { protocol: protocolVersion }, patience),
        run.description,
      );
      if (run.over.signal.aborted) throw new KerbsideError('driver.lost', 'the driver was stopped');
      this.#peer = peer;
      return description;
    } catch (error) {
      peer.close();
      throw error;
    } finally {
      cancel();
    }
  }

  #problem(run: Run, problem: string): void {
    if (this.#run === run) run.problems.tell(`the driver: ${problem}`);
  }

  #notified(run: Run, method: string, params: unknown): void {
    if (this.#run !== run) return;
    if (method === 'powerCycle') this.#powerCycled();
    else if (method === 'event') this.#happened(run, params);
    else this.#problem(run, `it tells ${JSON.stringify(method).slice(0, 100)}, which the station does not know`);
  }

  #happened(run: Run, params: unknown): void {
    try {
      const what = 'the driver told an event that cannot be used';
      const event = parse(hardwareEventShape, params, { code: 'driver.refused', what });
      const place = placeProblem(run, event);
      if (place !== null) throw new KerbsideError('driver.refused', `${what}: ${place}`);
      run.memory.heard(event);
      run.listener(event);
    } catch (error) {
      if (!(error instanceof KerbsideError)) throw error;
      run.problems.tell(error.message);
    }
  }

  #powerCycled(): void {
    const { onPowerCycle } = this.#options;
    if (onPowerCycle === undefined) {
      // The station goes on: it sees its driver lost, and back when it has been started again.
      this.#peer?.close();
      return;
    }
    this.#abandon();
    onPowerCycle();
  }

  #lost(run: Run, peer: RpcPeer, { problem, flooded }: PeerEnd): void {
    if (this.#peer !== peer || this.#run !== run) return;
    this.#peer = undefined;
    run.listener({ type: 'lost', problem });
    this.#comeBack(run, flooded ? PENALTY_MS : 0).catch(() => {
      // Only the end of the run ends the attempts, and then nobody waits for them.
    });
  }

  async #comeBack(run: Run, delayMs: number): Promise<void> {
    run.memory.startAgain();
    const over = { signal: run.over.signal, error: () => new KerbsideError('driver.lost', 'the driver was stopped') };
    if (delayMs > 0) await wait(this.#options.time, delayMs, [over]);
    const description = await this.#connectUntil(run, run.over.signal);
    this.#options.onReturn?.(description);
    for (const event of run.memory.fresh(description)) run.listener(event);
    run.listener({ type: 'back' });
  }
}

/** A clock may know fractions of a millisecond; hardware should not have to. */
function withWholeMilliseconds(command: HardwareCommand): HardwareCommand {
  return 'wallMs' in command ? { ...command, wallMs: Math.floor(command.wallMs) } : command;
}

/** Reads the answer to `start`. Throws `UnusableDriver`. */
function readStart(result: unknown, before: HardwareDescription | null): HardwareDescription {
  const version = versionProblem(isRecord(result) ? result['protocol'] : undefined, 'driver');
  if (version !== null) throw new UnusableDriver('driver.refused', version);
  const description = readDescription(result);
  const problem = descriptionProblem(description) ?? (before === null ? null : changeProblem(before, description));
  if (problem === null) return description;
  throw new UnusableDriver('driver.refused', `the driver's description cannot be used: ${problem}`);
}

function readDescription(result: unknown): HardwareDescription {
  try {
    const what = "the driver's description cannot be used";
    return parse(hardwareDescriptionShape, result, { code: 'driver.refused', what });
  } catch (error) {
    throw new UnusableDriver('driver.refused', messageOf(error));
  }
}

/** Why an event cannot have happened where it says; null when it can. Cards, faults and notices may be the station's. */
function placeProblem({ description }: Run, event: HardwareEvent): string | null {
  if (!('evse' in event)) return null;
  const { evse, type } = event;
  if (evse === 0)
    return type === 'card' || type === 'fault' || type === 'notice' ? null : `${type} needs a charging point`;
  const known = description === null || description.evses.some(({ id }) => id === evse);
  return known ? null : `${type} at EVSE ${evse}, which it did not describe`;
}

async function requestAction(peer: RpcPeer, time: Time, action: JsonObject): Promise<JsonObject> {
  const limit = new AbortController();
  const cancel = time.after(SIMULATE_LIMIT_MS, () => limit.abort());
  try {
    const result = await peer.request('simulate', action, limit.signal);
    if (isJsonObject(result)) return result;
    throw new KerbsideError('simulator.refused', 'the simulator gave no answer that can be used');
  } finally {
    cancel();
  }
}

function isJsonObject(value: unknown): value is { readonly [key: string]: Json } {
  return isRecord(value);
}

function ignore(): void {}

function refuse(method: string): Promise<never> {
  return Promise.reject(new KerbsideError('driver.refused', `the station answers no ${method}`));
}
