import type { CommandRow } from './command.ts';
import { data, json } from './common-options.ts';

/** Who gets in: people, programs, and whoever sets a new device up. */
export const accessCommands: readonly CommandRow[] = [
  {
    name: 'password',
    summary: 'give somebody who has forgotten it a new password, at the device',
    usage: ['password reset USER'],
    description: [
      'The new password is told once and has to be changed at the next sign-in; all browsers of the user are signed out.',
      'Works with a running daemon over its local socket, and without one on the data folder: whoever may do that is at the device.',
    ],
    options: [data, json],
    examples: ['kerbside password reset operator'],
    load: async () => ({ run: (await import('./password-command.ts')).runPassword }),
  },
  {
    name: 'users',
    summary: 'show who may sign in at the page, and change that',
    usage: [
      'users [list]                       the accounts with their roles',
      'users add NAME ROLE                make one; its first password is told once',
      'users role NAME ROLE               give it another role',
      'users remove NAME                  take it away',
    ],
    description: ['Roles are viewer (looks), operator (runs the station) and manufacturer (everything).'],
    options: [data, json],
    examples: ['kerbside users add anna operator', 'kerbside users remove anna'],
    load: async () => ({ run: (await import('./users-command.ts')).runUsers }),
  },
  {
    name: 'tokens',
    summary: 'show the tokens of programs, make some, and take them away',
    usage: [
      'tokens [list]                      the tokens by name, without themselves',
      'tokens add NAME ROLE               make one; it is told once',
      'tokens remove ID                   take it away',
    ],
    description: [
      'A program sends its token as "Authorization: Bearer TOKEN". NAME says what it is for. The two tokens of tokens.json,',
      'or of api.operatorToken and api.manufacturerToken, work besides and are not shown here.',
    ],
    options: [data, json],
    examples: ['kerbside tokens add "Home Assistant" viewer'],
    load: async () => ({ run: (await import('./tokens-command.ts')).runTokens }),
  },
  {
    name: 'commissioning',
    summary: 'open or shut the access of somebody who sets the device up',
    usage: [
      'commissioning [status]             whether it is open, and how long',
      'commissioning open                 open it for 30 minutes; the password of the user setup is told once',
      'commissioning close                shut it',
    ],
    description: [
      'A new device opens it by itself, once: for the machine itself and for the interface of api.commissioningInterface, until',
      '30 minutes are over or a backend has accepted the station. From afar nobody can open it again.',
    ],
    options: [data, json],
    examples: ['kerbside commissioning open'],
    load: async () => ({ run: (await import('./commissioning-command.ts')).runCommissioning }),
  },
  {
    name: 'https',
    summary: 'show and change the certificate with which the page is served',
    usage: [
      'https [show]                       the certificate with its fingerprint',
      'https install CERTIFICATE KEY      serve another one: two files in PEM',
      'https renew                        have the device make one of its own, for its present names and addresses',
    ],
    description: [
      'With api.tls = on. CERTIFICATE holds that of the device first, then those that signed it. What is changed holds from the next',
      'connection on. Whoever compares the fingerprint with what the browser shows can trust a certificate of the device.',
    ],
    options: [data, json],
    examples: ['kerbside https', 'kerbside https install station.pem station.key'],
    load: async () => ({ run: (await import('./https-command.ts')).runHttps }),
  },
];
