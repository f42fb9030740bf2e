import type { DeliveryEvent } from '../../delivery/delivery-events.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import { KerbsideError, messageOf } from '../../core/errors.ts';
import { lawApplies } from '../../eichrecht/law-applies.ts';
import type { SecurityEvents } from '../security/security-events.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StationOwner } from '../station-owner.ts';
import { recordProvidedValues } from '../../eichrecht/legal-parameters.ts';
import type { HardwareLine } from '../evse/hardware-line.ts';
import { EichrechtApi } from './eichrecht-api.ts';
import { BlockDesk } from './block-desk.ts';
import type { LegalMeters } from './legal-meters.ts';
import type { StationArchives } from './station-archives.ts';
import { UndeliveredWatch } from './undelivered-watch.ts';

/** What is blocked for, and by. */
export interface BlockNeighbours {
  readonly outbox: Outbox;
  readonly archives: StationArchives;
  readonly securityEvents: SecurityEvents;
}

/** What calibration law has against new sessions at a station, and the signed messages that its backend did not take. */
export class LegalBlocks {
  readonly desk: BlockDesk;
  readonly undelivered: UndeliveredWatch;
  readonly #deps: Pick<StationDeps, 'name' | 'store' | 'clock' | 'params'>;
  readonly #owner: Pick<StationOwner, 'evses' | 'onProblem'>;
  readonly #archives: StationArchives;

  constructor(
    deps: Pick<StationDeps, 'name' | 'store' | 'clock' | 'params'>,
    owner: Pick<StationOwner, 'evses' | 'publish' | 'onProblem'>,
    parts: BlockNeighbours,
  ) {
    const { name: station, store, clock, params } = deps;
    const { evses, publish, onProblem } = owner;
    this.#deps = deps;
    this.#owner = owner;
    this.#archives = parts.archives;
    this.desk = new BlockDesk({
      station,
      store,
      nowMs: () => clock.nowMs(),
      evses,
      applies: (evse) => this.applies(evse),
      logbook: () => parts.archives.logbook,
      lift: (cause) => (cause === 'archiveDamaged' ? (along) => parts.archives.signed.acceptDamage(along) : null),
      onTamper: (detail) => void parts.securityEvents.raise('TamperDetectionActivated', detail),
      onEvent: (event, evse, cause, detail) => publish({ type: 'eichrecht', event, evse, cause, detail }),
      onProblem,
    });
    this.undelivered = new UndeliveredWatch({
      outbox: parts.outbox,
      blocks: () => params.get('eichrecht.onUndelivered') === 'block',
      onBlock: (evse, active, detail, mark) => this.desk.set(evse, 'undelivered', active, detail, mark),
      onAlarm: (evse, detail) => {
        publish({ type: 'eichrecht', event: 'undelivered', evse, cause: 'undelivered', detail });
        onProblem(`EVSE ${evse}: ${detail}`);
      },
      onProblem,
    });
    parts.archives.onBlocked((blocked) => {
      this.desk.set(0, 'archiveFull', blocked === 'full');
      this.desk.set(0, 'archiveDamaged', blocked === 'damaged');
    });
  }

  /** Reads what is remembered, writes down which parameters of law are others than before, and looks what lies undelivered; the outbox is open by then. */
  async load(): Promise<void> {
    const { name: station, store, clock, params } = this.#deps;
    await recordProvidedValues({ station, store, clock, params, onProblem: this.#owner.onProblem });
    await this.desk.load();
    await this.undelivered.look();
  }

  /** Something happened to a message. */
  delivery(event: DeliveryEvent): void {
    this.undelivered.delivery(event);
  }

  /** Parameters changed, or the EVSEs came. */
  update(): void {
    void this.undelivered.look();
    this.desk.apply();
    if (this.#owner.evses().some(({ id }) => this.applies(id))) void this.#lookAtArchive();
  }

  /** A full or damaged archive blocks from the start on, not only when the first session begins. */
  async #lookAtArchive(): Promise<void> {
    try {
      await this.#archives.signed.load();
    } catch (error) {
      this.#owner.onProblem(`the archive of signed records cannot be read: ${messageOf(error)}`);
    }
  }

  /** For people on site. */
  api(hardware: Pick<HardwareLine, 'command'>, meters: Pick<LegalMeters, 'of'>): EichrechtApi {
    const { evses } = this.#owner;
    return new EichrechtApi({
      evses,
      blocks: this,
      archives: this.#archives,
      meterState: (evse) => hardware.command({ type: 'meterState', evse }),
      commission: async (evse, by, reason) => {
        const description = evses().find(({ id }) => id === evse)?.description;
        const meter = description === undefined ? null : meters.of(description);
        if (meter === null)
          throw new KerbsideError('eichrecht.refused', `The meter of connector ${evse} does not sign.`);
        await meter.commission(by, reason);
      },
    });
  }

  /** Whether calibration law applies at an EVSE now. */
  applies(evse: number): boolean {
    const meter = this.#owner.evses().find(({ id }) => id === evse)?.description.meter ?? null;
    return lawApplies(this.#deps.params.get('eichrecht.mode'), meter);
  }
}
