import { isRecord, type Json } from '../../core/json.ts';
import type { BlockCause } from '../../eichrecht/block-causes.ts';
import type { LogbookActor, Logbook } from '../../eichrecht/logbook.ts';
import type { MeterState, SigningComponent } from '../../evse/hardware.ts';
import type { Store, Write } from '../../store/store.ts';
import { plainKey } from '../../transactions/signed-reading.ts';

/** The meter of an EVSE as it was commissioned: another one, another key or another component is a change of what is sealed (E-13). */
export interface CommissionedMeter {
  readonly serial: string;
  /** Hex of a SubjectPublicKeyInfo. */
  readonly publicKey: string;
  readonly component: SigningComponent | null;
  /** Its record numbers up to this are not ours: they were signed before it was installed, or nobody has them any more. */
  readonly paginationFrom: number;
}

export interface MeterIdentityDeps {
  readonly station: string;
  readonly evse: number;
  readonly store: Store;
  readonly logbook: () => Logbook;
}

/** The causes that this decides on. */
export type IdentityCause = Extract<BlockCause, 'meterReplaced' | 'keyChanged' | 'keyMissing' | 'componentChanged'>;

const collection = 'meterIdentity';

/** Remembers which meter of an EVSE was commissioned: the first one that is seen, and then only what the manufacturer accepts. */
export class MeterIdentity {
  readonly #deps: MeterIdentityDeps;
  #known: CommissionedMeter | null = null;
  #loaded = false;

  constructor(deps: MeterIdentityDeps) {
    this.#deps = deps;
  }

  /** Null before the first meter was seen. */
  get known(): CommissionedMeter | null {
    return this.#known;
  }

  /** Compares a meter with the commissioned one; the first that has a key is commissioned. Rejects when the store does. */
  async judge(state: MeterState): Promise<ReadonlyMap<IdentityCause, string>> {
    await this.load();
    if (this.#known === null && state.publicKey !== null && state.condition === 'good')
      await this.commission(state, 'station', 'the first meter that was seen');
    return identityCauses(this.#known, state);
  }

  /** Takes a meter as the right one from now on; resolves when that and its logbook entry are on disk. */
  async commission(state: MeterState, by: LogbookActor, reason: string): Promise<void> {
    const { serial, component = null, pagination } = state;
    const publicKey = state.publicKey ?? '';
    const { logbook, evse } = this.#deps;
    const sameMeter = this.#known?.serial === serial ? this.#known : null;
    const meter = { serial, publicKey, component, paginationFrom: sameMeter?.paginationFrom ?? pagination };
    const text = `Meter ${serial} of EVSE ${evse} was commissioned with the public key ${publicKey === '' ? '(none)' : publicKey}: ${reason}`;
    await this.#keep(meter, logbook().entry('meterCommissioned', evse, text, by));
  }

  /** Record numbers up to this are given up; resolves when that is on disk together with what is written along. */
  async giveUpTo(pagination: number, along: readonly Write[]): Promise<void> {
    if (this.#known !== null) await this.#keep({ ...this.#known, paginationFrom: pagination }, along);
  }

  async #keep(meter: CommissionedMeter, along: readonly Write[]): Promise<void> {
    const { store, station, evse } = this.#deps;
    const value = meter as unknown as Json;
    await store.commit([{ op: 'putDocument', station, collection, key: String(evse), value }, ...along]);
    this.#known = meter;
    this.#loaded = true;
  }

  /** Reads what is remembered; nothing when that has happened. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    const { store, station, evse } = this.#deps;
    this.#known = meterFromJson((await store.readDocuments(station, collection)).get(String(evse)));
    this.#loaded = true;
  }
}

/** What differs from the commissioned meter, each with the details. */
function identityCauses(known: CommissionedMeter | null, state: MeterState): ReadonlyMap<IdentityCause, string> {
  const causes = new Map<IdentityCause, string>();
  if (state.publicKey === null) causes.set('keyMissing', `meter ${state.serial} has none`);
  if (known === null) return causes;
  if (state.serial !== known.serial)
    causes.set('meterReplaced', `${state.serial} is installed, ${known.serial} was commissioned`);
  else if (state.publicKey !== null && plainKey(state.publicKey) !== plainKey(known.publicKey))
    causes.set('keyChanged', `meter ${state.serial} has ${state.publicKey}, ${known.publicKey} was commissioned`);
  const [is, was] = [nameOf(state.component ?? null), nameOf(known.component)];
  if (is !== was) causes.set('componentChanged', `${is} is installed, ${was} was commissioned`);
  return causes;
}

function nameOf(component: SigningComponent | null): string {
  return component === null ? 'no component' : `${component.name} ${component.version} (${component.checksum})`;
}

function meterFromJson(value: Json | undefined): CommissionedMeter | null {
  const isMeter =
    value !== undefined &&
    isRecord(value) &&
    typeof value['serial'] === 'string' &&
    typeof value['publicKey'] === 'string';
  return isMeter ? (value as unknown as CommissionedMeter) : null;
}
