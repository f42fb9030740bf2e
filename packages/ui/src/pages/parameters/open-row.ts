import { addressOf, goTo, route } from '../../app/route.ts';

/** Leads to a parameter, also when the address names it already. */
export function openRow(station: string, id: string): void {
  const address = `${addressOf(station, 'parameters')}?id=${encodeURIComponent(id)}`;
  if (location.hash === address) route.value = { ...route.value };
  else goTo(address);
}
