import type { ParameterValues } from '../../params/catalogue.ts';
import type { Station } from '../station.ts';

/** The bearer in use as the parameter names it; the station's own loopback is no bearer, the system routes it. */
export function activeBearerOf(station: Station | null): ParameterValues['backend.activeBearer'] {
  const name = station?.backend.bearer.name ?? 'none';
  return name === 'loopback' ? 'system' : name;
}
