import type { Examined } from './examined.ts';

/** What an HTTP status means where a WebSocket was asked for. */
interface StatusAdvice {
  readonly from: number;
  readonly to: number;
  readonly meaning: string;
  readonly remedy: string;
  /** Whether identity and password may be the reason. */
  readonly credentials?: true;
}

/** The first row that fits counts. */
export const statusAdvice: readonly StatusAdvice[] = [
  {
    from: 200,
    to: 299,
    meaning: 'an ordinary page, no WebSocket',
    remedy: 'Check backend.path: it leads to a web page. Ask the operator for the address for OCPP.',
  },
  {
    from: 300,
    to: 399,
    meaning: 'a redirect; redirects are not followed',
    remedy: 'Enter the final address, if it is the right one (`kerbside config set BackendUrl=…`).',
  },
  {
    from: 400,
    to: 400,
    meaning: 'it does not take the request',
    remedy:
      'Check backend.path and backend.identity, and whether the port belongs to TLS (then wss). Some backends answer so to an unknown station or version of OCPP.',
  },
  {
    from: 401,
    to: 401,
    meaning: 'the password is missing or wrong',
    remedy: 'Compare identity and password with what the backend has.',
    credentials: true,
  },
  {
    from: 403,
    to: 403,
    meaning: 'it knows the request and forbids it',
    remedy: 'Have the backend’s operator admit this identity. A firewall before the backend may refuse as well.',
    credentials: true,
  },
  {
    from: 404,
    to: 404,
    meaning: 'the path or the identity is not known there',
    remedy:
      'Compare backend.path with the operator’s address, and have this identity entered at the backend, spelt exactly so.',
  },
  {
    from: 405,
    to: 405,
    meaning: 'this address takes no WebSocket',
    remedy: 'Check backend.path: it leads to another service.',
  },
  {
    from: 409,
    to: 409,
    meaning: 'this identity is connected already',
    remedy: 'Look for a second station with the same identity. A former connection is forgotten after some minutes.',
  },
  {
    from: 426,
    to: 426,
    meaning: 'it wants another protocol',
    remedy:
      'A proxy on the way may have taken the Upgrade header away. Otherwise the backend wants another version of OCPP or of HTTP; ask its operator.',
  },
  {
    from: 429,
    to: 429,
    meaning: 'it was asked too often',
    remedy: 'Wait some minutes. The station itself slows down by its back-off.',
  },
  {
    from: 407,
    to: 407,
    meaning: 'a proxy wants a password',
    remedy: 'Ask whoever runs the network to let the station through.',
  },
  {
    from: 400,
    to: 499,
    meaning: 'it refuses the request',
    remedy: 'Compare the address with the operator’s; pass the technical line on.',
  },
  {
    from: 502,
    to: 504,
    meaning: 'the load balancer reaches no backend behind it',
    remedy: 'The backend is down or overloaded. The station goes on trying; ask the operator if it lasts.',
  },
  {
    from: 500,
    to: 599,
    meaning: 'the backend has a problem',
    remedy: 'The station goes on trying; pass the technical line on to the operator if it lasts.',
  },
];

/** Whether a password was sent, and how long it was; never what it is. */
export function passwordSentence({ passwordBytes }: Examined): string {
  return passwordBytes === null ? 'No password was sent.' : `A password of ${passwordBytes} bytes was sent.`;
}

/** What may be wrong with the password. */
export function passwordRemedy({ passwordBytes, passwordIsHexText }: Examined): string {
  if (passwordBytes === null)
    return 'Set one with `kerbside config set backend.authorizationKey --stdin`, if the backend wants one.';
  if (!passwordIsHexText) return '';
  return 'The password consists of hex digits sent as text; if the backend means bytes, set backend.passwordEncoding to hex.';
}
