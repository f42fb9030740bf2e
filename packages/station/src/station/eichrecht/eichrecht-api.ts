import type { ActingPerson, ApiEichrecht, EichrechtConnector, EichrechtView } from '../../api/eichrecht-port.ts';
import { KerbsideError } from '../../core/errors.ts';
import { toTimestamp } from '../../core/station-clock.ts';
import { blockCauses, isBlockCause } from '../../eichrecht/block-causes.ts';
import type { EvseDescription, MeterState } from '../../evse/hardware.ts';
import type { BlockDesk, Releaser } from './block-desk.ts';
import type { StationArchives } from './station-archives.ts';

/** What blocks, as far as people on site see it. */
interface BlocksView {
  readonly desk: Pick<BlockDesk, 'causes' | 'release'>;
  readonly undelivered: { count(evse: number): number };
  applies(evse: number): boolean;
}

/** What the API of calibration law works with. */
export interface EichrechtApiDeps {
  readonly evses: () => readonly { readonly id: number; readonly description: EvseDescription }[];
  readonly blocks: BlocksView;
  readonly archives: StationArchives;
  /** Rejects when the meter does not answer. */
  readonly meterState: (evse: number) => Promise<MeterState>;
  /** Accepts the meter of an EVSE as it is now, with an entry in the legal logbook. */
  readonly commission: (evse: number, by: Releaser, reason: string) => Promise<void>;
}

/** Calibration law at one station, for people on site. */
export class EichrechtApi implements ApiEichrecht {
  readonly #deps: EichrechtApiDeps;

  constructor(deps: EichrechtApiDeps) {
    this.#deps = deps;
  }

  async view(): Promise<EichrechtView> {
    const { evses, archives } = this.#deps;
    const [archive, ...connectors] = await Promise.all([
      archives.signed.status(),
      ...evses().map(({ id, description }) => this.#connector(id, description)),
    ]);
    return { connectors, archive };
  }

  async release(
    { evse, cause, reason }: { readonly evse: number; readonly cause: string; readonly reason: string },
    by: ActingPerson,
  ): Promise<void> {
    this.#known(evse, 0);
    if (!isBlockCause(cause))
      throw new KerbsideError('eichrecht.notBlocked', `There is no cause "${cause}"; those are ${causeNames}.`);
    await this.#deps.blocks.desk.release(evse, cause, by.role, documented(reason, by));
  }

  async commission(
    { evse, reason }: { readonly evse: number; readonly reason: string },
    by: ActingPerson,
  ): Promise<void> {
    this.#known(evse, 1);
    await this.#deps.commission(evse, by.role, documented(reason, by));
  }

  #known(evse: number, from: 0 | 1): void {
    if (evse === 0 && from === 0) return;
    if (this.#deps.evses().some(({ id }) => id === evse)) return;
    throw new KerbsideError('eichrecht.refused', `There is no connector ${evse}.`);
  }

  async #connector(evse: number, { meter }: EvseDescription): Promise<EichrechtConnector> {
    const { blocks } = this.#deps;
    const active = blocks.desk.causes(evse);
    // One that is known not to answer is not waited for.
    const answers = !active.some(({ cause }) => cause === 'meterLost');
    const asked = answers && meter?.signing !== undefined && meter.signing !== null;
    const state = asked ? await this.#stateOf(evse) : null;
    return {
      evse,
      applies: blocks.applies(evse),
      meter: state === null ? null : { ...pick(state), test: meter?.signing?.test ?? false },
      undelivered: blocks.undelivered.count(evse),
      blocks: active.map(({ cause, sinceMs, detail }) => {
        const { words: info, sentence, remedy, releasableBy } = blockCauses[cause];
        const since = toTimestamp(sinceMs);
        return { cause, since, info, sentence, detail: detail === '' ? null : detail, remedy, releasableBy };
      }),
    };
  }

  async #stateOf(evse: number): Promise<MeterState | null> {
    try {
      return await this.#deps.meterState(evse);
    } catch {
      // That it does not answer is a block of its own, and shown there.
      return null;
    }
  }
}

const causeNames = Object.keys(blockCauses).join(', ');

function pick(state: MeterState): Omit<NonNullable<EichrechtConnector['meter']>, 'test'> {
  const { serial, publicKey, clock, condition, pagination, component = null } = state;
  return { serial, publicKey, clock, condition, pagination, component };
}

/** A reason as it stands in the logbook. */
function documented(reason: string, { who }: ActingPerson): string {
  return `${reason.trim()} (${who})`;
}
