import { scenario } from '../world/scenario.ts';
import { shortMorning, wholeDay } from './day-story.ts';

/** Another seed lets other cars come, and everybody at other moments. */
const seed = process.env['KERBSIDE_SEED'] ?? 'a day in the life';

const day = wholeDay(seed);
scenario(
  'a day in the life: forty sessions with reservations, profiles, outages, power cuts, a new certificate and new firmware, and the ledger balances to the watt-hour',
  day.options,
  day.play,
);

const morning = shortMorning(seed);
scenario(
  'a short morning on real sockets: seven sessions over an outage and a power cut, and the ledger balances to the watt-hour',
  morning.options,
  morning.play,
);
