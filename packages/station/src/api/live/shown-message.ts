import { Pseudonyms } from '../../diagnostics/pseudonyms.ts';
import type { ApiStation } from '../host-port.ts';
import type { ApiRole } from '../token-gate.ts';
import type { LiveMessage } from './live-source.ts';

/** Shows messages to somebody. */
export type ShowMessage = (message: LiveMessage) => LiveMessage;

/**
 * How messages of a station are shown to a role. Cards have other names, the same for the same card as long as the process
 * lives, unless the operator switches that off (`diagnostics.pseudonymizeCards`); viewers never see cards, and nobody sees
 * signed meter data here, which carry them.
 */
export function messageViewer(station: ApiStation, role: ApiRole, key: string): ShowMessage {
  const names = new Pseudonyms(hidesCards(station, role) ? key : null);
  return (message) => ({ ...message, text: names.message(message.text) });
}

function hidesCards(station: ApiStation, role: ApiRole): boolean {
  if (role === 'viewer') return true;
  try {
    return station.parameters.get('diagnostics.pseudonymizeCards');
  } catch {
    // It is just being made anew; nobody knows what it wants.
    return true;
  }
}
