import type { CommandRow } from './command.ts';
import { data, json, station } from './common-options.ts';

/** What people on site do with the certificates, the firmware and the memory of the device itself. */
export const deviceCommands: readonly CommandRow[] = [
  {
    name: 'auth',
    summary: 'show what the station knows of cards, and what it would decide',
    usage: [
      'auth cache                         the answers of the backend that are remembered, the newest first',
      'auth cache clear                   forget them all',
      'auth decide CARD                   what the station would decide for a card now, and why',
    ],
    description: [
      'Nobody is asked by `auth decide`, and nothing changes. The lists of cards have commands of their own.',
    ],
    options: [
      data,
      station,
      json,
      { name: 'offset', type: 'string', value: 'N', description: 'cache: leave out so many entries (default 0).' },
      { name: 'limit', type: 'string', value: 'N', description: 'cache: show so many (default 100, at most 1000).' },
    ],
    examples: ['kerbside auth decide 04AABBCC', 'kerbside auth cache clear'],
    load: async () => ({ run: (await import('./auth-command.ts')).runAuth }),
  },
  {
    name: 'outbox',
    summary: 'show what waits for the backend, and deal with what it did not take',
    usage: [
      'outbox                             what waits, what is in flight, and why it does not go',
      'outbox dead-letters                what the backend did not take in all attempts',
      'outbox resend [NUMBER]             try one of them again, or all',
      'outbox delete NUMBER               delete one for ever',
    ],
    description: [
      'A message without which a transaction cannot be billed is deleted only with --confirm, and that stands in the logbook.',
      'Signed meter data are never deleted.',
    ],
    options: [
      data,
      station,
      json,
      { name: 'confirm', type: 'boolean', description: 'delete: also when a transaction cannot be billed without it.' },
    ],
    examples: ['kerbside outbox', 'kerbside outbox resend 1234'],
    load: async () => ({ run: (await import('./outbox-command.ts')).runOutbox }),
  },
  {
    name: 'certificates',
    summary: "show, install and delete root certificates, and the station's own",
    usage: [
      'certificates list                  what is installed, and what is wrong with it',
      'certificates install FILE          install a root for backends, PEM; - is standard input',
      'certificates delete FINGERPRINT    delete one; the first digits of its fingerprint may do',
      'certificates csr [FILE]            make a key and a request for a certificate of the station (CSR)',
      "certificates own FILE              install the station's own certificate with its chain, PEM; - is standard input",
    ],
    description: [
      'From the first root for backends on, public authorities do not count any more, unless backend.tlsTrust is set.',
      'What is installed counts from the next connection on; without one the station tries again at once.',
      'The root that verified the open link cannot be deleted, nor the last by which the backend can be verified.',
      'The key of a request stays on the device. A new certificate that the backend refuses gives way to the one before.',
    ],
    options: [
      data,
      station,
      json,
      {
        name: 'manufacturer',
        type: 'boolean',
        description: 'install: a root of the manufacturer, for firmware, instead of one for backends.',
      },
      { name: 'name', type: 'string', value: 'NAME', description: 'csr: common name (default: the serial number).' },
      { name: 'organization', type: 'string', value: 'NAME', description: 'csr: organisation (default: CpoName).' },
    ],
    examples: [
      'kerbside certificates install /media/usb/backend-root.pem',
      'kerbside certificates delete 5F:1C:3A',
      'kerbside certificates csr station.csr',
      'kerbside certificates own station.pem',
    ],
    load: async () => ({ run: (await import('./certificates-command.ts')).runCertificates }),
  },
  {
    name: 'firmware',
    summary: 'show the firmware that runs and how its last update went; upload and install firmware',
    usage: [
      'firmware                           version, slot, and the update under way or the last one',
      'firmware upload FILE               upload an image; nothing is installed yet, unless --install',
      'firmware install ID                install what was uploaded',
      'firmware delete ID                 throw away what was uploaded',
    ],
    description: [
      'Usually a backend updates the firmware (SignedUpdateFirmware; UpdateFirmware where firmware.acceptUnsigned allows it).',
      'Firmware without a signature that the manufacturer vouches for is installed only where firmware.acceptUnsigned allows it.',
      'Nothing is uploaded or installed while a transaction runs. New firmware stays when it has reached the backend, and goes back',
      'otherwise.',
    ],
    options: [
      data,
      station,
      json,
      { name: 'signature', type: 'string', value: 'FILE', description: 'upload: the signature, as bytes or base64.' },
      { name: 'certificate', type: 'string', value: 'FILE', description: 'upload: the certificate that made it, PEM.' },
      { name: 'install', type: 'boolean', description: 'upload: install it at once.' },
    ],
    examples: [
      'kerbside firmware',
      'kerbside firmware upload firmware-2.0.0.bin --signature firmware-2.0.0.sig --certificate maker.pem --install',
    ],
    load: async () => ({ run: (await import('./firmware-command.ts')).runFirmware }),
  },
];
