import { messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { DataTransferAnswer, DataTransferRequest, Outcome } from '../../delivery/session.ts';
import { publicKeyText } from '../../metering/public-key-text.ts';
import type { MeterKey } from './public-keys.ts';

/** What the transfer works with. */
export interface KeyTransferDeps {
  readonly time: Time;
  /** Whether `eichrecht.publicKeyTransfer` wants it. */
  readonly wanted: () => boolean;
  readonly keys: () => readonly MeterKey[];
  /** Sends it when its turn comes. */
  readonly send: (request: DataTransferRequest) => Promise<Outcome<DataTransferAnswer>>;
  readonly onProblem: (problem: string) => void;
}

/** Between two attempts when a backend leaves it unanswered, and how many there are for one registration. */
const attempts = { intervalMs: 60_000, most: 5 } as const;

/**
 * Sends the public keys of the meters as a DataTransfer after each registration, and when one changed (parameters.md section 6).
 * A backend that refuses it has answered: nothing is said again before the next registration or another key.
 */
export class KeyTransfer {
  readonly #deps: KeyTransferDeps;
  /** What the backend answered last; null: it has to hear of the keys. */
  #told: string | null = null;
  #registered = false;
  #sending = false;
  #attempts = 0;
  /** The backend does not know the vendor. */
  #unknown = false;
  #cancel: Cancel = noTimer;

  constructor(deps: KeyTransferDeps) {
    this.#deps = deps;
  }

  /** The backend accepted the station; `again`: by the connection alone, so it knows what it knew. */
  registered(again: boolean): void {
    this.#registered = true;
    this.#attempts = 0;
    if (!again) this.#told = null;
    if (!again) this.#unknown = false;
    this.look();
  }

  /** Nothing can be sent any more. */
  unregistered(): void {
    this.#registered = false;
    this.#cancel();
  }

  /** A meter may have another key, or it was decided anew whether keys are sent. */
  look(): void {
    if (!this.#registered || this.#sending || this.#unknown || !this.#deps.wanted()) return;
    const data = dataOf(this.#deps.keys());
    if (data === null || data === this.#told) return;
    this.#cancel();
    this.#sending = true;
    this.#send(data)
      .catch((error: unknown) => this.#deps.onProblem(messageOf(error)))
      .finally(() => {
        this.#sending = false;
      });
  }

  /** May be called twice. */
  stop(): void {
    this.unregistered();
  }

  async #send(data: string): Promise<void> {
    const { send, onProblem, time } = this.#deps;
    this.#attempts += 1;
    const outcome = await send({ vendorId: 'generalConfiguration', messageId: 'setMeterConfiguration', data });
    if (outcome.kind === 'linkLost') return;
    if (outcome.kind === 'answered' || outcome.kind === 'refused') {
      const refusal = outcome.kind === 'refused' ? outcome.code : outcome.answer.status;
      this.#told = data;
      this.#unknown = refusal === 'unknownVendorId' || refusal === 'NotImplemented' || refusal === 'NotSupported';
      if (refusal !== 'accepted') onProblem(`the backend did not take the public keys of the meters: ${refusal}`);
      // A key that changed meanwhile is told by the next look.
      time.after(0, () => this.look());
      return;
    }
    if (this.#attempts < attempts.most) this.#cancel = time.after(attempts.intervalMs, () => this.look());
    else
      onProblem(
        'the backend does not answer to the public keys of the meters; they are sent again after the next registration',
      );
  }
}

/** Null when there is no key to tell. */
function dataOf(keys: readonly MeterKey[]): string | null {
  if (keys.length === 0) return null;
  const meters = keys.map(({ evse: connectorId, serial: meterSerial, publicKey }) => {
    return { connectorId, meterSerial, type: 'SIGNATURE', publicKey: publicKeyText(publicKey, 'hex') };
  });
  return JSON.stringify({ meters });
}
