import { AuthorizationCache } from '../../authorization/cache.ts';
import type { StationDeps } from '../station-deps.ts';

/** The cache of a station, bounded as its parameters say. */
export function createCache({ name: station, store, clock, params }: StationDeps): AuthorizationCache {
  return new AuthorizationCache({
    station,
    store,
    nowMs: () => clock.nowMs(),
    size: () => params.get('authorization.cacheSize'),
    lifetimeSeconds: () => params.get('authorization.cacheLifetime'),
  });
}
