import { refuse } from '../refusals.ts';
import type { Route } from '../route.ts';
import { apiBase } from '../route.ts';

/** What happens, while it happens, for pages and programs. */
export const liveRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${apiBase}/events`,
    id: 'watch',
    tag: 'live',
    summary: 'Everything that changes, as a stream of events',
    description:
      'Server-sent events (HTML standard 9.2). `process`: version, problems, names of stations. `summary`: a station in short. With `station` also `station`: its whole state, as GET of it gives, and `message`: each message to and from its backend, the last ones first. The present comes at once, then what changes. A client that comes back names the last id in `Last-Event-ID` and gets the messages after it.',
    access: 'viewer',
    parameters: [
      {
        name: 'station',
        in: 'query',
        description: 'The station whose whole state and messages are wanted.',
        schema: { type: 'string' },
      },
    ],
    produces: 'text/event-stream',
    responses: { 200: { description: 'The stream; it never ends by itself.', schema: { type: 'string' } } },
    handle: ({ live, host, role, mayGoOn, query, header }) => {
      const station = query('station') ?? null;
      if (station !== null && host.find(station) === null)
        return refuse('api.unknownStation', `There is no station "${station}".`);
      const stream = live.open({ station, role, lastEventId: header('last-event-id') ?? null, mayGoOn });
      return stream === null
        ? refuse('api.tooManyViews', 'No further live view can be opened.')
        : { status: 200, stream };
    },
  },
];
