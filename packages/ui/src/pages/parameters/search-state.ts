import { signal } from '@preact/signals';

/** The station whose settings are being searched; null: nobody searches. */
export const searching = signal<string | null>(null);

/** Opens the search over the settings of a station. */
export function openSearch(station: string): void {
  searching.value = station;
}

/** Closes it. */
export function closeSearch(): void {
  searching.value = null;
}
