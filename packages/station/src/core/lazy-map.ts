const empty = new Map<never, never>();

/**
 * A `Map` that takes memory only while it has entries. An empty `Map` takes 184 bytes, and a station has dozens that stay empty
 * while nothing happens; a process has thousands of stations.
 */
export class LazyMap<K, V> implements ReadonlyMap<K, V> {
  #map: Map<K, V> | null = null;

  get size(): number {
    return this.#map?.size ?? 0;
  }

  get(key: K): V | undefined {
    return this.#map?.get(key);
  }

  has(key: K): boolean {
    return this.#map?.has(key) ?? false;
  }

  set(key: K, value: V): this {
    this.#map ??= new Map();
    this.#map.set(key, value);
    return this;
  }

  delete(key: K): boolean {
    const was = this.#map?.delete(key) ?? false;
    if (this.#map?.size === 0) this.#map = null;
    return was;
  }

  clear(): void {
    this.#map?.clear();
    this.#map = null;
  }

  forEach(act: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) act(value, key, this);
  }

  keys(): MapIterator<K> {
    return (this.#map ?? empty).keys();
  }

  values(): MapIterator<V> {
    return (this.#map ?? empty).values();
  }

  entries(): MapIterator<[K, V]> {
    return (this.#map ?? empty).entries();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}
