import { LazySet } from '../core/lazy-set.ts';

/**
 * Items in order of `seq`: appended at the end, taken from the front, removed and replaced anywhere, all in (amortized)
 * constant or logarithmic time. A `Map` will not do: finding its first entry walks over all removed ones.
 */
export class SeqList<T extends { readonly seq: number }> {
  #items: T[] = [];
  /** Removed items that still lie in `#items`. */
  readonly #removed = new LazySet<number>();
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head - this.#removed.size;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  get(seq: number): T | undefined {
    const item = this.#items[this.#position(seq)];
    return item?.seq === seq && !this.#removed.has(seq) ? item : undefined;
  }

  /** Inserts, or replaces the item with the same seq. */
  put(item: T): void {
    const last = this.#items.at(-1);
    if (last === undefined || last.seq < item.seq) {
      this.#items.push(item);
      return;
    }
    const position = this.#position(item.seq);
    if (this.#items[position]?.seq === item.seq) {
      this.#items[position] = item;
      this.#removed.delete(item.seq);
    } else {
      this.#items.splice(position, 0, item);
    }
  }

  /** Returns the item, or `undefined` when it is not there. */
  remove(seq: number): T | undefined {
    const item = this.get(seq);
    if (item === undefined) return undefined;
    this.#removed.add(seq);
    this.#tidy();
    return item;
  }

  /** The items with a seq above `afterSeq`, in order. The list must not change meanwhile. */
  *after(afterSeq: number): Generator<T, undefined> {
    for (let position = this.#position(afterSeq + 1); position < this.#items.length; position++) {
      const item = this.#items[position];
      if (item !== undefined && !this.#removed.has(item.seq)) yield item;
    }
    return undefined;
  }

  /** All items in order. The list must not change meanwhile. */
  [Symbol.iterator](): Generator<T, undefined> {
    return this.after(-1);
  }

  /** The first position from the head on with at least this seq. */
  #position(seq: number): number {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.seq ?? Infinity) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Keeps the head on an item that is there, and the waste below half. */
  #tidy(): void {
    for (let item = this.first; item !== undefined && this.#removed.delete(item.seq); item = this.first) this.#head++;
    if (this.#head + this.#removed.size <= 32 + this.#items.length / 2) return;
    this.#items = this.#items.slice(this.#head).filter((item) => !this.#removed.has(item.seq));
    this.#removed.clear();
    this.#head = 0;
  }
}
