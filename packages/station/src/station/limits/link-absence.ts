import type { Cancel, Time } from '../../core/time.ts';

/**
 * How long the backend has to be away before the limit for it holds: a link that flaps, or a redial at once, shall not make cars
 * stutter.
 */
const absenceGraceMs = 30_000;

/** Whether the backend has been away for longer than a moment. */
export class LinkAbsence {
  readonly #time: Time;
  readonly #onChange: () => void;
  #away = false;
  #stopped = false;
  #cancel: Cancel | null = null;

  constructor(time: Time, onChange: () => void) {
    this.#time = time;
    this.#onChange = onChange;
  }

  get away(): boolean {
    return this.#away;
  }

  /** The backend is there, or not. */
  report(online: boolean): void {
    if (this.#stopped) return;
    if (online) {
      this.#end();
      if (!this.#away) return;
      this.#away = false;
      this.#onChange();
      return;
    }
    if (this.#away) return;
    this.#cancel ??= this.#time.after(absenceGraceMs, () => {
      this.#cancel = null;
      this.#away = true;
      this.#onChange();
    });
  }

  /** The station goes down: what its link does then counts nothing. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  #end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
