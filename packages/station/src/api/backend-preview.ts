import { buildUrl, type EndpointParts } from '../link/endpoint.ts';
import type { TwoTexts } from './two-texts.ts';

/** Where a station would connect to, and what about that is probably not meant. */
export interface BackendPreview {
  readonly url: string;
  readonly warnings: readonly TwoTexts[];
}

/**
 * The exact address that would be dialled for these parts.
 * @param hasPassword the station logs in with a password
 * @throws KerbsideError `endpoint.invalid`
 */
export function previewBackend(parts: EndpointParts, hasPassword: boolean): BackendPreview {
  const url = buildUrl(parts);
  const shown = { ...parts, url: new URL(url), hasPassword };
  return { url, warnings: doubts.flatMap(({ holds, ...text }) => (holds(shown) ? [text] : [])) };
}

interface Shown extends EndpointParts {
  readonly url: URL;
  readonly hasPassword: boolean;
}

interface Doubt extends TwoTexts {
  readonly holds: (shown: Shown) => boolean;
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u;
const address = /^(?:[\d.]+|\[.*\])$/u;

/** What is legal and yet seldom meant. */
const doubts: readonly Doubt[] = [
  {
    en: 'The connection is not encrypted: everybody on the way can read and change it. Use wss where the backend offers it.',
    de: 'Die Verbindung ist nicht verschlüsselt: Jeder auf dem Weg kann mitlesen und ändern. wss benutzen, wenn das Backend es anbietet.',
    holds: ({ protocol, url }) => protocol === 'ws' && !loopback.test(url.hostname),
  },
  {
    en: 'The password of the station is sent in clear over ws.',
    de: 'Das Passwort der Station geht über ws im Klartext hinaus.',
    holds: ({ protocol, url, hasPassword }) => protocol === 'ws' && hasPassword && !loopback.test(url.hostname),
  },
  {
    en: 'Port 443 is usually for encrypted connections: wss instead of ws?',
    de: 'Port 443 ist meist für verschlüsselte Verbindungen: wss statt ws?',
    holds: ({ protocol, port }) => protocol === 'ws' && port === 443,
  },
  {
    en: 'Port 80 is usually for connections without encryption: ws instead of wss?',
    de: 'Port 80 ist meist für unverschlüsselte Verbindungen: ws statt wss?',
    holds: ({ protocol, port }) => protocol === 'wss' && port === 80,
  },
  {
    en: 'The host is this device itself: only a backend that runs on it can be reached.',
    de: 'Der Host ist dieses Gerät selbst: Nur ein Backend, das darauf läuft, ist erreichbar.',
    holds: ({ url }) => loopback.test(url.hostname),
  },
  {
    en: 'The backend is named by its IP address: its certificate has to be for that address.',
    de: 'Das Backend ist durch seine IP-Adresse benannt: Sein Zertifikat muss auf diese Adresse lauten.',
    holds: ({ protocol, url }) => protocol === 'wss' && address.test(url.hostname) && !loopback.test(url.hostname),
  },
  {
    en: 'The path ends with the identity already, and the identity is added to it: it stands in the address twice.',
    de: 'Der Pfad endet schon mit der Identität, und sie wird angehängt: Sie steht doppelt in der Adresse.',
    holds: ({ path, identity }) =>
      path.split('?')[0]?.replace(/\/+$/u, '').split('/').at(-1) === identity && identity !== '',
  },
  {
    en: 'The identity has characters that are written otherwise in an address (percent-encoded); some backends do not undo that.',
    de: 'Die Identität hat Zeichen, die in einer Adresse anders geschrieben werden (Prozentkodierung); manche Backends machen das nicht rückgängig.',
    holds: ({ identity }) => encodeURIComponent(identity) !== identity,
  },
  {
    en: 'The identity has a colon: with a password the station cannot log in, because a user name has none (RFC 7617).',
    de: 'Die Identität hat einen Doppelpunkt: Mit Passwort kann sich die Station nicht anmelden, denn ein Benutzername hat keinen (RFC 7617).',
    holds: ({ identity, hasPassword }) => hasPassword && identity.includes(':'),
  },
  {
    en: 'What follows the question mark stands at the end of the address, behind the identity.',
    de: 'Was hinter dem Fragezeichen steht, kommt ans Ende der Adresse, hinter die Identität.',
    holds: ({ url }) => url.search !== '',
  },
];
