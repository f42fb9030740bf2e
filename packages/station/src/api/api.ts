import { Hono } from 'hono';
import type { Context } from 'hono';

import { KerbsideError, messageOf } from '../core/errors.ts';
import type { AccessDesk } from './access/access-desk.ts';
import type { Credentials } from './access/admission.ts';
import type { ApiHost } from './host-port.ts';
import { namesLoopback } from './host-header.ts';
import { referencePage, referenceStyle } from './docs/reference-pages.ts';
import { languageOf } from './language.ts';
import { openApiDocument } from './openapi.ts';
import type { LiveViews } from './live/live-views.ts';
import { pageFiles, pagePolicy, type PageFile } from './page/page-files.ts';
import type { FileReply, Reply, StreamReply, TextReply } from './refusals.ts';
import { inLanguage, isProblem, problemType, refusalOf, refuse } from './refusals.ts';
import type { ApiCall, Route } from './route.ts';
import type { HttpsCertificate } from './tls/https-certificate.ts';
import { routes } from './route-table.ts';

/** What the API is made from. */
export interface ApiDeps {
  readonly host: ApiHost;
  readonly access: AccessDesk;
  /** The state of the process for Prometheus; `each`: with every station by itself. Absent: none is told. */
  readonly metrics?: (each: boolean) => Promise<string>;
  readonly live: LiveViews;
  /** The certificate of the network side; absent or null: it speaks plain HTTP. */
  readonly https?: HttpsCertificate | null;
  /** Only requests that call this machine by a loopback name are served (not asked over the local socket). */
  readonly loopbackOnly: boolean;
  /** Told of whatever was thrown and is a defect. */
  readonly onDefect: (problem: string) => void;
}

/** How a request came in; the server tells it. */
export interface ApiBindings {
  /** `socket`: over the local socket, whose file mode is the admission. */
  readonly transport: 'socket' | 'tcp';
  readonly address: string;
  /** Where the connection came in; absent: not known, or the local socket. */
  readonly localAddress?: string;
  /** The connection is encrypted. */
  readonly secure: boolean;
}

interface ApiEnv {
  readonly Bindings: ApiBindings;
}

type ApiContext = Context<ApiEnv>;

/** The API as a hono app. */
export type ApiApp = Hono<ApiEnv>;

const MOST_BODY_BYTES = 1_048_576;

const securityHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Makes the HTTP API; every address stands in `route-table.ts`. */
export function createApi(deps: ApiDeps): ApiApp {
  const app = new Hono<ApiEnv>();
  app.use(async (context, next) => {
    const misdirected =
      deps.loopbackOnly &&
      context.env.transport === 'tcp' &&
      !namesLoopback(context.req.header('host'), context.env.localAddress);
    if (misdirected)
      context.res = respond(refuse('api.misdirected', 'The Host header does not name this machine.'), context);
    else await next();
    for (const [name, value] of Object.entries(securityHeaders)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });
  for (const [path, file] of pageFiles) app.on('GET', path, (context) => page(context, file));
  serveReference(app, deps);
  for (const route of routes(openApiDocument)) {
    const serve = (context: ApiContext): Promise<Response> => answer(context, route, deps);
    app.on(route.method, honoPath(route.path), serve);
  }
  refuseOtherMethods(app);
  app.notFound((context) => respond(refuse('api.unknownRoute', `There is nothing at ${context.req.path}.`), context));
  app.onError((error, context) => respond(failed(error, deps), context));
  return app;
}

/** The description of the API, for people. */
function serveReference(app: ApiApp, { host }: ApiDeps): void {
  app.on('GET', '/docs/api.css', (context) => page(context, referenceStyle()));
  app.on('GET', '/docs/api', (context) => {
    const language = languageOf({
      query: (name) => context.req.query(name),
      header: (name) => context.req.header(name),
    });
    return page(context, referencePage(host.version, routes(openApiDocument), language));
  });
}

/** The page itself holds no data and needs no token; what it shows comes from the API. */
function page(context: ApiContext, { type, text, tag }: PageFile): Response {
  const headers = {
    'Content-Type': type,
    'Content-Security-Policy': pagePolicy,
    'Cache-Control': 'no-cache',
    ETag: tag,
  };
  const known = context.req.header('if-none-match') === tag;
  return known ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

function refuseOtherMethods(app: ApiApp): void {
  const methodsByPath = new Map<string, string[]>();
  for (const { path, method } of routes(openApiDocument)) {
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  }
  for (const [path, methods] of methodsByPath) {
    const allow = methods.join(', ');
    app.all(honoPath(path), (context) =>
      respond(
        refuse('api.methodNotAllowed', `${context.req.method} is not possible here; ${allow} is.`, { Allow: allow }),
        context,
      ),
    );
  }
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** What a request shows of who sends it. */
function credentialsOf({ req, env }: ApiContext): Credentials {
  const { transport, address, localAddress = '' } = env;
  return {
    transport,
    address,
    localAddress,
    method: req.method,
    authorization: req.header('authorization'),
    cookie: req.header('cookie'),
    csrf: req.header('x-kerbside-csrf'),
  };
}

async function answer(context: ApiContext, route: Route, deps: ApiDeps): Promise<Response> {
  const { address, secure, localAddress = '' } = context.env;
  const shown = credentialsOf(context);
  const admitted = deps.access.admit(route, shown);
  if ('status' in admitted) return respond(admitted, context);
  const body = await (route.consumes === undefined ? readBody(context) : fileBody(context, route.consumes));
  if (!body.ok) return respond(body.reply, context);
  const call = {
    ...admitted,
    host: deps.host,
    address,
    localAddress,
    secure,
    https: deps.https ?? null,
    access: deps.access,
    mayGoOn: () => {
      const now = deps.access.admit(route, shown);
      return 'role' in now && now.role === admitted.role;
    },
    ...lookups(context),
    live: deps.live,
    metrics: deps.metrics ?? null,
    body: body.value,
    stream: route.consumes === undefined ? null : context.req.raw.body,
  };
  try {
    const response = respond(await route.handle(call), context);
    // A stream that nobody will read must not stay open.
    if (context.req.method === 'HEAD') await response.body?.cancel();
    return response;
  } catch (error) {
    return respond(failed(error, deps), context);
  }
}

/** What a request says in its path, its query and its headers. */
function lookups({ req }: ApiContext): Pick<ApiCall, 'path' | 'query' | 'header'> {
  return {
    path: (name) => req.param(name) ?? '',
    query: (name) => req.query(name),
    header: (name) => req.header(name),
  };
}

type BodyResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reply: Reply };

/** The text of the body, whether its length was told before or not; null when it is too long. */
async function limitedText({ req }: ApiContext): Promise<string | null> {
  if (Number(req.header('content-length') ?? 0) > MOST_BODY_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of req.raw.body ?? []) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** A file is left to the route; what is not marked as one is not read at all. */
function fileBody({ req }: ApiContext, type: string): BodyResult {
  if (req.header('content-type') === type) return { ok: true, value: null };
  return { ok: false, reply: refuse('api.mediaType', `The body is not marked as ${type}.`) };
}

async function readBody(context: ApiContext): Promise<BodyResult> {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return { ok: true, value: null };
  const type = context.req.header('content-type') ?? '';
  const isJson = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type);
  const notJson: BodyResult = { ok: false, reply: refuse('api.mediaType', 'The body is not marked as JSON.') };
  // A file is not waited for.
  if (type === 'application/octet-stream') return notJson;
  const text = await limitedText(context);
  if (text === null) return { ok: false, reply: refuse('api.tooLarge', 'The request body is larger than 1 MiB.') };
  if (text.trim() === '') return { ok: true, value: null };
  if (!isJson) return notJson;
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    // The parser's message quotes the text, in which a secret may stand; only the place is told.
    const place = /position \d+/.exec(messageOf(error))?.[0];
    return {
      ok: false,
      reply: refuse('api.badRequest', `The body is not JSON${place === undefined ? '' : ` (at ${place})`}.`),
    };
  }
}

function failed(error: unknown, deps: ApiDeps): Reply {
  if (!(error instanceof KerbsideError) || error.code === 'internal.bug') deps.onDefect(messageOf(error));
  return refusalOf(error);
}

function respond(reply: Reply | TextReply | FileReply | StreamReply, { req }: ApiContext): Response {
  if ('file' in reply) return respondFile(reply);
  if ('text' in reply)
    return new Response(reply.text, { status: reply.status, headers: { 'Content-Type': reply.contentType } });
  if ('stream' in reply) {
    // Buffering proxies would hold events back.
    const headers = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };
    return new Response(reply.stream, { status: reply.status, headers });
  }
  const language = languageOf({ query: (name) => req.query(name), header: (name) => req.header(name) });
  const { body, status, headers = {} } = inLanguage(reply, language);
  const type = isProblem(reply) ? { 'Content-Type': problemType, 'Content-Language': language } : {};
  return Response.json(body, { status, headers: { ...type, ...headers } });
}

function respondFile({ status, file, contentType, name }: FileReply): Response {
  const encoder = new TextEncoder();
  const pieces = file[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await pieces.next();
      if (piece.done === true) controller.close();
      else controller.enqueue(typeof piece.value === 'string' ? encoder.encode(piece.value) : piece.value);
    },
    async cancel() {
      await pieces.return?.();
    },
  });
  const headers = { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${name}"` };
  return new Response(stream, { status, headers });
}
