/** What the address of the page names, behind its `#`. */
export type Route =
  | { readonly kind: 'stations' }
  | { readonly kind: 'station'; readonly station: string }
  | { readonly kind: 'sessions'; readonly station: string }
  | { readonly kind: 'session'; readonly station: string; readonly transaction: string }
  /** Judges a record that somebody brings along; no station is asked. */
  | { readonly kind: 'verify' };

/** Reads `location.hash`. Names are percent-encoded, so that a `/` inside one separates nothing. */
export function routeOf(hash: string): Route {
  if (hash === '#verify') return { kind: 'verify' };
  const [station = '', part, transaction = ''] = hash.replace(/^#\//, '').split('/').map(decoded);
  if (!hash.startsWith('#/') || station === '') return { kind: 'stations' };
  if (part !== 'sessions') return { kind: 'station', station };
  return transaction === '' ? { kind: 'sessions', station } : { kind: 'session', station, transaction };
}

/** The address of a route, for a link. */
export function hashOf(route: Route): string {
  switch (route.kind) {
    case 'stations':
      return '#/';
    case 'station':
      return `#/${encodeURIComponent(route.station)}`;
    case 'sessions':
      return `#/${encodeURIComponent(route.station)}/sessions`;
    case 'session':
      return `#/${encodeURIComponent(route.station)}/sessions/${encodeURIComponent(route.transaction)}`;
    case 'verify':
      return '#verify';
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Typed by hand: taken as it stands.
    return text;
  }
}
