import type { CommandRow } from './command.ts';
import { data, json, station } from './common-options.ts';

/** What has to do with sessions and calibration law. */
export const sessionCommands: readonly CommandRow[] = [
  {
    name: 'sessions',
    summary: 'show and check sessions and their signed records, and export them for customers and authorities',
    usage: [
      'sessions list [--before N]            the last sessions, the newest first',
      'sessions show TRANSACTION             one session with its signed records',
      'sessions export TRANSACTION [FILE]    the signed records of one session',
      'sessions export --all [FILE]          every signed record of the station',
      'sessions check                        look through all signed records for damage and missing numbers',
      'sessions verify FILE…                 check signatures, without any daemon; - is standard input',
      'sessions verify TRANSACTION           check the signatures of one session of the daemon',
    ],
    description: [
      'Files come as ocmf (one record a line, exactly as the meter wrote it), xml (for the public transparency software)',
      'or csv (a table); the ending of FILE says which, else --form. Without FILE they go to standard output.',
      'Cards are shown whole, because sessions are billed by them: treat files and output accordingly.',
      'check ends with 1 when something is wrong. Damage that it finds blocks: see kerbside eichrecht.',
      'verify reads OCMF, XML of the transparency software, JSON, CSV and StopTransaction messages of any station, and ends with',
      '8 unless every record is valid and may be billed by.',
    ],
    options: [
      data,
      station,
      json,
      { name: 'before', type: 'string', value: 'N', description: 'list: only sessions with a lower number.' },
      { name: 'count', type: 'string', value: 'N', description: 'list: how many to show (default 20).' },
      { name: 'form', type: 'string', value: 'FORM', description: 'export: ocmf, xml or csv.' },
      { name: 'all', type: 'boolean', description: 'export: every signed record of the station.' },
      {
        name: 'key',
        type: 'string',
        value: 'KEY',
        description:
          'verify: the public key as printed on the meter, or a file with it; goes before a key in the records.',
      },
    ],
    examples: [
      'kerbside sessions export 3f1c invoice.xml',
      'kerbside sessions export --all records.csv',
      'kerbside sessions verify invoice.xml --key meter-key.txt',
    ],
    load: async () => ({ run: (await import('./sessions-command.ts')).runSessions }),
  },
  {
    name: 'logbook',
    summary: 'show and export the legal logbook: what happened to meters, keys, their clocks, and signed records',
    usage: [
      'logbook [--before N] [--count N]      the last entries, the newest first',
      'logbook export [FILE]                 all of it as a table (CSV), the oldest entry first',
    ],
    description: ['Nobody can change or remove an entry, and their numbers have no gap.'],
    options: [
      data,
      station,
      json,
      { name: 'before', type: 'string', value: 'N', description: 'Only entries with a lower number.' },
      { name: 'count', type: 'string', value: 'N', description: 'How many to show (default 50).' },
    ],
    examples: ['kerbside logbook --count 200', 'kerbside logbook export logbook.csv'],
    load: async () => ({ run: (await import('./logbook-command.ts')).runLogbook }),
  },
  {
    name: 'eichrecht',
    summary: 'show how calibration law stands, and lift a block where that is allowed',
    usage: [
      'eichrecht status                            the meters, what blocks which connector, the signed records',
      'eichrecht release CONNECTOR CAUSE           release what lasts; more of it blocks again',
      'eichrecht commission CONNECTOR              accept the meter as it is now (with the rights of the manufacturer)',
    ],
    description: [
      'Both need --reason: it stands in the legal logbook for ever, with who did it (kerbside logbook).',
      'What ends by itself cannot be released; status says which cause may be lifted by whom, and what to do.',
    ],
    options: [
      data,
      station,
      json,
      { name: 'reason', type: 'string', value: 'TEXT', description: 'Why, and who decided it.' },
    ],
    examples: [
      'kerbside eichrecht release 1 undelivered --reason "backend cannot take them before Monday, A. Meier"',
      'kerbside eichrecht commission 1 --reason "meter exchanged, sealed by B. Kunz"',
    ],
    load: async () => ({ run: (await import('./eichrecht-command.ts')).runEichrecht }),
  },
  {
    name: 'signing-component',
    summary: 'sign for meters that do not, as a process for tests between station and driver',
    usage: ['signing-component --test --socket SOCKET --behind SOCKET --state FILE [--relock REASON]'],
    description: [
      'A driver in front of a driver: all passes through, but the meter signs. Nothing that it signs may be billed by: a process of',
      'Node.js cannot be the legally relevant part of a meter, so it does not run without --test.',
      'At its first start with a meter it locks itself to it and makes a key. Another meter, or a component that was changed, is',
      'refused until it is started once with --relock and a reason, which is kept.',
    ],
    options: [
      { name: 'test', type: 'boolean', description: 'Nothing that is signed will be billed by; needed.' },
      { name: 'socket', type: 'string', value: 'SOCKET', description: 'Where the station finds it.' },
      { name: 'behind', type: 'string', value: 'SOCKET', description: 'Where the driver of the hardware is.' },
      { name: 'state', type: 'string', value: 'FILE', description: 'Its keys, records and locks.' },
      { name: 'relock', type: 'string', value: 'REASON', description: 'Lock anew what changed; only for this start.' },
    ],
    examples: [
      'kerbside signing-component --test --socket ./signed.sock --behind ./driver.sock --state ./component.json',
    ],
    load: async () => ({ run: (await import('./signing-component-command.ts')).runSigningComponentCommand }),
  },
];
