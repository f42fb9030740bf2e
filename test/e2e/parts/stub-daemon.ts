import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import { pageFiles, pagePolicy } from '../../../packages/station/src/api/page/page-files.ts';

/** What a stub answers: by path behind the station's address, with its query; a text is sent as a file. */
export type StubAnswers = Readonly<Record<string, unknown>>;

/** Somebody has signed in. */
const session = {
  signedIn: true,
  user: 'operator',
  role: 'operator',
  mustChangePassword: false,
  csrf: 'stub',
  expiresInSeconds: 1_800,
  commissioning: { open: false, remainingSeconds: null },
};

/** The page's own files and an API that answers what a test wants: for states of a station that are hard to come by. */
export async function startStubDaemon(t: TestContext, station: string, answers: StubAnswers): Promise<number> {
  const base = `/api/v1/stations/${encodeURIComponent(station)}/`;
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    const page = pageFiles.get(url);
    if (page !== undefined) sendPage(response, page);
    else if (url === '/api/v1/session') send(response, session);
    else if (url.startsWith('/api/v1/events')) sendEvents(response, station, answers);
    else if (url.startsWith(base)) send(response, answers[url.slice(base.length)]);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

function sendPage(response: ServerResponse, { type, text }: { readonly type: string; readonly text: string }): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': pagePolicy }).end(text);
}

/** The state of the station once; the stream stays open, as that of a daemon. */
function sendEvents(response: ServerResponse, station: string, answers: StubAnswers): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  response.write(event('process', { version: '0', problems: [], stations: [station, 'other'] }));
  response.write(event('station', answers['']));
}

function send(response: ServerResponse, answer: unknown): void {
  if (answer === undefined) {
    response.writeHead(404, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify({ code: 'x', title: 'Not there', detail: 'There is no such thing.', remedy: '' }));
  } else if (typeof answer === 'string') {
    const headers = { 'Content-Type': 'text/xml', 'Content-Disposition': 'attachment; filename="session-17.xml"' };
    response.writeHead(200, headers).end(answer);
  } else {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }
}
