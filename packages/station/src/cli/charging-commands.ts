import type { CommandRow } from './command.ts';
import { data, json, station } from './common-options.ts';

/** What has to do with how much a charging point may give, and whom it is kept for. */
export const chargingCommands: readonly CommandRow[] = [
  {
    name: 'charging',
    summary: 'show the charging profiles that the backend installed, and what they allow',
    usage: [
      'charging profiles                  what is installed',
      'charging schedule [EVSE]           the limits of the next hours, of an EVSE or of the station',
    ],
    description: [
      'Only the backend changes charging profiles. What is really offered may be less: see `kerbside limits`.',
    ],
    options: [
      data,
      station,
      json,
      {
        name: 'hours',
        type: 'string',
        value: 'N',
        description: 'schedule: how far to look (default 24, at most 168).',
      },
      {
        name: 'unit',
        type: 'string',
        value: 'UNIT',
        description: 'schedule: in A or W (default: as the profiles have it).',
      },
    ],
    examples: ['kerbside charging profiles', 'kerbside charging schedule 1 --hours 8'],
    load: async () => ({ run: (await import('./charging-command.ts')).runCharging }),
  },
  {
    name: 'reservations',
    summary: 'show and end the reservations of the charging points',
    usage: [
      'reservations list                  every reservation that holds, with its card and its end',
      'reservations cancel ID             end one on site; the connector is free for everybody',
    ],
    description: [
      'A backend reserves (ReserveNow); until then nobody else may charge there. One of EVSE 0 keeps any one free. The backend is',
      'not told that a reservation was ended on site, only that the connector is Available.',
    ],
    options: [data, station, json],
    examples: ['kerbside reservations list', 'kerbside reservations cancel 4711'],
    load: async () => ({ run: (await import('./reservations-command.ts')).runReservations }),
  },
  {
    name: 'limits',
    summary: 'show what limits the connectors; set, release and export the limit from outside',
    usage: [
      'limits                            what each connector may offer, and why',
      'limits set 4200W [--until TIME]   limit all connectors together, in W, or in A per phase (16A)',
      'limits release                    release what was set',
      'limits export                     the log of the limits from outside, as CSV or with --json as JSON',
    ],
    description: [
      'A limit from outside (§ 14a EnWG) goes before everything else, and holds over a restart; kerbside config set',
      'charging.externalLimitTimeout=… puts charging.externalLimitFailSafe in its place when its source falls silent.',
    ],
    options: [
      data,
      station,
      json,
      {
        name: 'until',
        type: 'string',
        value: 'TIME',
        description: 'set: when it ends by itself, such as 2026-11-22T18:00:00Z.',
      },
    ],
    examples: ['kerbside limits set 4200W', 'kerbside limits export > limits.csv'],
    load: async () => ({ run: (await import('./limits-command.ts')).runLimits }),
  },
];
