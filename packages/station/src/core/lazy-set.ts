const empty = new Set<never>();

/** A `Set` that takes memory only while it has members; see `LazyMap`. */
export class LazySet<T> implements Iterable<T> {
  #set: Set<T> | null = null;

  get size(): number {
    return this.#set?.size ?? 0;
  }

  has(member: T): boolean {
    return this.#set?.has(member) ?? false;
  }

  add(member: T): this {
    this.#set ??= new Set();
    this.#set.add(member);
    return this;
  }

  delete(member: T): boolean {
    const was = this.#set?.delete(member) ?? false;
    if (this.#set?.size === 0) this.#set = null;
    return was;
  }

  clear(): void {
    this.#set?.clear();
    this.#set = null;
  }

  [Symbol.iterator](): SetIterator<T> {
    return (this.#set ?? empty).values();
  }
}
