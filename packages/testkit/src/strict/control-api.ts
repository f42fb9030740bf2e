import type { AddressInfo } from 'node:net';

import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { isRecord, type JsonObject } from '@kerbside/station';
import { Hono, type Context } from 'hono';

import type { Backend } from '../backend.ts';
import { defaultExpectations } from '../checker/expectations.ts';
import { defaultBackendSettings } from '../csms/backend-settings.ts';
import { asJsonObject } from '../frame-log.ts';
import type { Rule } from '../script/rule.ts';
import { CallRefused, TestkitError } from '../testkit-error.ts';

/** The HTTP side of a backend: ask its ledger and frames, tell it to misbehave. It has no authentication: loopback only. */
export class ControlApi {
  readonly #app: Hono;
  readonly #port: number;
  #server: ServerType | undefined;
  #url = '';

  /** @param port default 0: any free one */
  constructor(backend: Backend, port = 0) {
    this.#app = createRoutes(backend);
    this.#port = port;
  }

  /** Where it listens; known after `start`. */
  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createAdaptorServer({ fetch: this.#app.fetch });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  }
}

function createRoutes(backend: Backend): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof CallRefused) {
      return context.json(
        { error: error.message, code: error.code, errorCode: error.errorCode, description: error.description },
        502,
      );
    }
    if (!(error instanceof TestkitError)) return context.json({ error: error.message }, 500);
    return context.json({ error: error.message, code: error.code, remedy: error.remedy }, statusOf(error));
  });
  addQuestions(app, backend);
  addOrders(app, backend);
  return app;
}

function addQuestions(app: Hono, backend: Backend): void {
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/stations', (context) =>
    context.json(backend.identities.map((identity) => ({ identity, online: backend.online(identity) }))),
  );
  app.get('/ledger', (context) => {
    const { ledger } = backend;
    const problems = ledger.problems({ open: context.req.query('open') === 'allowed' });
    return context.json({
      counts: ledger.counts,
      problems,
      transactions: ledger.transactions(context.req.query('identity')),
    });
  });
  app.get('/ledger/entries', (context) => context.json(backend.ledger.export()));
  app.get('/frames', (context) => {
    const since = Number(context.req.query('since') ?? 0);
    return context.json(backend.frames.all(context.req.query('identity')).filter(({ sequence }) => sequence > since));
  });
  app.get('/attempts', (context) => context.json(backend.attempts));
  app.get('/violations', (context) => context.json(backend.finish()));
  app.get('/rules', (context) => context.json(backend.rules));
}

function addOrders(app: Hono, backend: Backend): void {
  app.post('/rules', async (context) => {
    backend.setRules((await body(context)) as readonly Rule[]);
    return context.json(backend.rules);
  });
  app.post('/settings', async (context) => {
    backend.configure(settingsLike(defaultBackendSettings, await body(context)));
    return context.json(backend.settings);
  });
  app.post('/expectations', async (context) => {
    backend.checker.expect(settingsLike(defaultExpectations, await body(context)));
    return context.json({});
  });
  app.post('/call/:identity/:action', async (context) => {
    const { identity, action } = context.req.param();
    const raw = context.req.query('raw') === 'true';
    return context.json(await backend.call(identity, action, asJsonObject(await body(context)), { raw }));
  });
  app.post('/disconnect/:identity', async (context) => {
    const how = await body(context);
    const options = isRecord(how) ? how : {};
    const { code, drop } = options;
    backend.disconnect(context.req.param('identity'), {
      ...(typeof code === 'number' ? { code } : {}),
      drop: drop === true,
    });
    return context.json({});
  });
  app.post('/half-open/:identity', (context) => {
    backend.halfOpen(context.req.param('identity'));
    return context.json({});
  });
  app.post('/rebooted/:identity', (context) => {
    backend.checker.rebooted(context.req.param('identity'));
    return context.json({});
  });
}

/** The JSON of a request; an empty body counts as an empty object. @throws TestkitError `backend.usage` */
async function body(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TestkitError('backend.usage', 'The body is not JSON.', { cause });
  }
}

/** @throws TestkitError `backend.usage` for members that mean nothing or are of another type than the defaults */
function settingsLike(defaults: object, settings: unknown): JsonObject {
  const object = asJsonObject(settings);
  const types = new Map(Object.entries(defaults).map(([name, value]) => [name, typeof value]));
  for (const [name, value] of Object.entries(object)) {
    const type = types.get(name);
    if (type === typeof value) continue;
    const problem =
      type === undefined ? `is unknown; known are ${[...types.keys()].join(', ')}` : `must be of type ${type}`;
    throw new TestkitError('backend.usage', `${name} ${problem}.`);
  }
  return object;
}

function statusOf({ code }: TestkitError): 400 | 404 | 502 | 504 {
  switch (code) {
    case 'call.offline':
      return 404;
    case 'call.timeout':
    case 'wait.timeout':
      return 504;
    case 'call.refused':
    case 'call.lost':
      return 502;
    case 'rules.invalid':
    case 'call.invalid':
    case 'ledger.damaged':
    case 'backend.usage':
      return 400;
  }
}
