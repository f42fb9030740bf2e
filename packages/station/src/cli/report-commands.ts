import type { CommandRow } from './command.ts';
import { data, json, station } from './common-options.ts';

/** What looks at the whole of a station. */
export const reportCommands: readonly CommandRow[] = [
  {
    name: 'security-check',
    summary: 'what could let strangers in or energy out, the worst first',
    usage: ['security-check'],
    description: ['It is made from the settings, the accounts and the link as they are at this moment.'],
    options: [data, station, json],
    examples: ['kerbside security-check', 'kerbside security-check --json | jq .findings[].id'],
    load: async () => ({ run: (await import('./report-command.ts')).checkSecurity }),
  },
  {
    name: 'report',
    summary: 'the commissioning report: what was set up, and how it stands',
    usage: ['report'],
    description: ['The page shows the same, to print and sign.'],
    options: [data, station, json],
    examples: ['kerbside report > report.txt'],
    load: async () => ({ run: (await import('./report-command.ts')).showReport }),
  },
];
