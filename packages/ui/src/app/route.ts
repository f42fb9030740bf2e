import { signal } from '@preact/signals';

/** What the address of the page names, behind its `#`: `#/s/CP-1/sessions/abc?x=1` or `#/users`. */
export interface Route {
  /** The station that the page is about; null where it is about the process. */
  readonly station: string | null;
  /** The page, such as `status`; '' = none is named. */
  readonly page: string;
  /** What the page shows, such as the key of a session. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads `location.hash`. Names are percent-encoded, so that a `/` inside one separates nothing. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const words = path.split('/').map(decoded);
  const search = new URLSearchParams(query);
  if (words[0] === 's' && (words[1] ?? '') !== '') {
    const [, station = '', page = '', ...rest] = words;
    return { station, page, rest, query: search };
  }
  const [page = '', ...rest] = words;
  return { station: null, page, rest, query: search };
}

/** The address of a page of a station, or with null of the process. */
export function addressOf(station: string | null, page: string, ...rest: readonly string[]): string {
  const words = [...(station === null ? [] : ['s', station]), page, ...rest].map((word) => encodeURIComponent(word));
  return `#/${words.join('/')}`;
}

/** Where the page is. */
export const route = signal<Route>(routeOf(globalThis.location?.hash ?? ''));

/** Goes to an address. */
export function goTo(address: string): void {
  location.hash = address;
}

/** Follows the address as it changes, from what it is now. */
export function followAddress(): void {
  const read = (): void => {
    route.value = routeOf(location.hash);
  };
  read();
  addEventListener('hashchange', read);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Typed by hand: taken as it stands.
    return text;
  }
}
