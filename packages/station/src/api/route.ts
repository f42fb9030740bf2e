import type { AccessDesk } from './access/access-desk.ts';
import type { ApiHost, ApiStation } from './host-port.ts';
import type { LiveViews } from './live/live-views.ts';
import type { FileReply, Reply, StreamReply, TextReply } from './refusals.ts';
import type { JsonSchema } from './schemas.ts';
import type { HttpsCertificate } from './tls/https-certificate.ts';
import type { ApiRole } from './token-gate.ts';

/** A request as a route sees it: authenticated, its path and body already read. */
export interface ApiCall {
  readonly host: ApiHost;
  readonly role: ApiRole;
  /** Who asks, for the history of parameters. */
  readonly who: string;
  /** A decoded part of the path; '' when the route has none of this name. */
  readonly path: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  readonly header: (name: string) => string | undefined;
  /** The network address that asks; '' over the local socket. */
  readonly address: string;
  /** Where the connection came in; '' over the local socket. */
  readonly localAddress: string;
  /** The connection is encrypted. */
  readonly secure: boolean;
  /** The browser's sign-in that the request came with; null for programs and the local socket. */
  readonly signInId: string | null;
  /** The certificate of the network side; null: it speaks plain HTTP. */
  readonly https: HttpsCertificate | null;
  /** Whether who asked would be let in again, in the same role: for answers that go on for long. It counts as being used. */
  readonly mayGoOn: () => boolean;
  /** Accounts, tokens and sign-ins. */
  readonly access: AccessDesk;
  /** Writes the metrics of the process; null where none are told. */
  readonly metrics: ((each: boolean) => Promise<string>) | null;
  /** Where a live view is opened. */
  readonly live: LiveViews;
  /** The parsed JSON body; null when there was none. */
  readonly body: unknown;
  /** The body as it comes, of a route that consumes a file; null elsewhere, and when there was none. */
  readonly stream: ReadableStream<Uint8Array> | null;
}

/** A request to one station. */
export interface StationCall extends ApiCall {
  readonly station: ApiStation;
}

/** A parameter in the path, the query or a header, for the description. */
export interface RouteParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: JsonSchema;
}

/** One address of the API. The app and its OpenAPI description are both made from these rows. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In OpenAPI's spelling: `/api/v1/stations/{identity}`. */
  readonly path: string;
  readonly id: string;
  readonly tag:
    | 'process'
    | 'access'
    | 'live'
    | 'stations'
    | 'parameters'
    | 'simulator'
    | 'outbox'
    | 'limits'
    | 'security'
    | 'sessions';
  readonly summary: string;
  readonly description?: string;
  /** Who may: everybody, or this role and those above it. */
  readonly access: 'open' | ApiRole;
  readonly parameters?: readonly RouteParameter[];
  readonly requestBody?: JsonSchema;
  /** The body is a file of any length, which the route reads itself. */
  readonly consumes?: 'application/octet-stream';
  /** What comes back, by status; refusals are described for all routes alike. */
  readonly responses: Readonly<Record<number, { readonly description: string; readonly schema: JsonSchema }>>;
  /** What successful answers are; JSON unless it is said. */
  readonly produces?: 'text/event-stream' | 'text/plain' | 'application/zip' | 'application/x-ndjson';
  readonly handle: (call: ApiCall) => Reply | StreamReply | FileReply | Promise<Reply | TextReply | FileReply>;
}

/** The base of all addresses that need a token. */
export const apiBase = '/api/v1';

/** The address of one station; further parts are added to it. */
export const stationPath: string = `${apiBase}/stations/{identity}`;

/** The identity in the path. */
export const identityParameter: RouteParameter = {
  name: 'identity',
  in: 'path',
  description: 'The identity of the station, percent-encoded; `station` while it has none.',
  schema: { type: 'string' },
};
