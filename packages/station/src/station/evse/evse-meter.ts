import { KerbsideError } from '../../core/errors.ts';
import type { MeterReading } from '../../evse/hardware.ts';
import type { Judged, TrustedReading } from '../../metering/register-guard.ts';

/** What the meter of an EVSE works with. */
export interface EvseMeterDeps {
  readonly evse: number;
  readonly read: () => Promise<MeterReading>;
  /** Judges a reading by the transaction that runs. */
  readonly judge: (reading: MeterReading) => Judged;
  /** The register went back or cannot be read; or it can be trusted again. */
  readonly onDistrust: (distrusted: boolean) => void;
  readonly onProblem: (problem: string) => void;
}

/** The meter of one EVSE, with registers that never go back within a transaction (V-07, fault 36). */
export class EvseMeter {
  readonly #deps: EvseMeterDeps;
  #distrusted = false;

  constructor(deps: EvseMeterDeps) {
    this.#deps = deps;
  }

  /** Reads the meter once; a register that cannot be trusted is left out. Rejects when the meter does not answer. */
  async read(): Promise<TrustedReading> {
    const raw = await this.#deps.read();
    const { reading, distrusted } = this.#deps.judge(raw);
    if (distrusted && !this.#distrusted) {
      this.#deps.onProblem(
        `the meter of EVSE ${this.#deps.evse} shows ${raw.energyImportWh} Wh, less than before; its energy is left out until it has caught up`,
      );
    }
    this.#tell(distrusted);
    return reading;
  }

  /** Reads the meter for what is counted by its register. Rejects as well when that cannot be trusted. */
  async readRegister(): Promise<MeterReading> {
    const { energyImportWh, ...rest } = await this.read();
    if (energyImportWh !== undefined) return { energyImportWh, ...rest };
    throw new KerbsideError('driver.refused', `the register of EVSE ${this.#deps.evse} went back`);
  }

  /** The transaction is over: the next one counts from where the register stands then. */
  transactionEnded(): void {
    this.#tell(false);
  }

  #tell(distrusted: boolean): void {
    if (this.#distrusted === distrusted) return;
    this.#distrusted = distrusted;
    this.#deps.onDistrust(distrusted);
  }
}
