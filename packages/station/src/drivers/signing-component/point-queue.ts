/** Does what concerns one charging point one after another: a reading and what is signed of it belong together. */
export class PointQueue {
  readonly #last = new Map<number, Promise<unknown>>();

  /** Does the work when everything before it has ended, however it ended. */
  run<T>(evse: number, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(evse) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(
      evse,
      mine.catch(() => undefined),
    );
    return mine;
  }
}
