import type { MeterReading } from '../evse/hardware.ts';

/** A reading whose registers may stand on the wire and in a bill; a register that cannot be trusted is left out. */
export interface TrustedReading extends Omit<MeterReading, 'energyImportWh'> {
  readonly energyImportWh?: number;
}

/** A reading as it may be used, and whether a register had to be left out. */
export interface Judged {
  readonly reading: TrustedReading;
  readonly distrusted: boolean;
}

/** Less than this is the rounding of the meter; the larger value stands. */
const roundingWh = 1;

/**
 * Keeps the registers of one transaction monotonic (V-07, fault 36): a register that goes back or restarts is left out of every
 * sample until it has caught up again. Between transactions it lets everything pass, since meters are replaced.
 */
export class RegisterGuard {
  #importWh: number | null = null;
  #exportWh: number | null = null;

  /** The highest import register of the transaction so far; null without one. */
  get highestWh(): number | null {
    return this.#importWh;
  }

  /** A transaction begins with these registers. */
  begin(importWh: number, exportWh: number | null = null): void {
    this.#importWh = importWh;
    this.#exportWh = exportWh;
  }

  /** The transaction is over. */
  end(): void {
    this.#importWh = null;
    this.#exportWh = null;
  }

  /** Judges one reading, and remembers how far the registers are. */
  judge(reading: MeterReading): Judged {
    const { energyImportWh: rawImport, energyExportWh: rawExport, ...rest } = reading;
    const importWh = trusted(rawImport, this.#importWh);
    const exportWh = trusted(rawExport, this.#exportWh);
    if (this.#importWh !== null) {
      this.#importWh = importWh ?? this.#importWh;
      this.#exportWh = exportWh ?? this.#exportWh;
    }
    const distrusted = importWh === undefined || (rawExport !== undefined && exportWh === undefined);
    const registers = {
      ...(importWh === undefined ? {} : { energyImportWh: importWh }),
      ...(exportWh === undefined ? {} : { energyExportWh: exportWh }),
    };
    return { reading: { ...registers, ...rest }, distrusted };
  }
}

/** The value that counts; undefined when there is none that can be trusted. */
function trusted(value: number | undefined, highest: number | null): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value < 0) return undefined;
  if (highest === null || value >= highest) return value;
  return highest - value < roundingWh ? highest : undefined;
}
