import { messageOf } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { createSystemRandom } from '../../core/random.ts';
import { createSystemTime } from '../../core/system-time.ts';
import type { DrivableHardware } from '../../evse/hardware.ts';
import { createProcessDriver, simulateAt } from '../process/driver-client.ts';
import type { ProcessDriverOptions } from '../process/driver-client.ts';
import { serveDriver } from '../process/driver-server.ts';
import type { DriverServer } from '../process/driver-server.ts';
import { readComponentState, writeComponentState } from './component-state.ts';
import { checksumOver, legallyRelevantFiles } from './sealed-checksum.ts';
import { SigningComponent } from './signing-component.ts';

/** How a signing component runs. */
export interface ComponentRunOptions {
  /** Where the driver of the meter listens. */
  readonly behindPath: string;
  /** Where the component listens for the station. */
  readonly socketPath: string;
  readonly statePath: string;
  /** Why a meter or a checksum that differs is accepted; null: it is not. */
  readonly relock: string | null;
  readonly onProblem: (problem: string) => void;
}

/** Below what a station waits for its driver, so that it hears the reason. */
const startTimeoutMs = 4_000;

/** Runs a signing component between two sockets; resolves when it listens. Rejects with `config.invalid` or `driver.refused`. */
export async function runSigningComponent(options: ComponentRunOptions): Promise<DriverServer> {
  const { behindPath, socketPath, statePath, relock, onProblem } = options;
  const time = createSystemTime();
  let served: DriverServer | undefined;
  const component: SigningComponent = new SigningComponent({
    behind: driverBehind({
      socketPath: behindPath,
      time,
      startTimeoutMs,
      onReturn: (description) => {
        try {
          component.returned(description);
        } catch (error) {
          onProblem(messageOf(error));
        }
      },
      onPowerCycle: () => {
        component.powerCycled();
        served?.powerCycled();
      },
    }),
    time,
    random: createSystemRandom(),
    checksum: checksumOver(legallyRelevantFiles()),
    state: readComponentState(statePath),
    save: (state) => writeComponentState(statePath, state),
    relock,
  });
  served = await serveDriver(component, { socketPath, time, onProblem });
  return served;
}

/** The driver behind; it can also be played with while no station uses it. */
function driverBehind(options: ProcessDriverOptions): DrivableHardware {
  const client = createProcessDriver(options);
  let isStarted = false;
  return {
    async start(listener, signal) {
      const description = await client.start(listener, signal);
      isStarted = true;
      return description;
    },
    command: (command, signal) => client.command(command, signal),
    stop() {
      isStarted = false;
      return client.stop();
    },
    simulate: (action: JsonObject) => (isStarted ? client.simulate(action) : simulateAt(options, action)),
  };
}
