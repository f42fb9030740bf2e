import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { createTestHost } from '../test-host.ts';
import { LiveViews } from './live-views.ts';
import { createTestLive, type TestLive } from './test-live.ts';

interface Fixture {
  readonly time: VirtualTime;
  readonly live: TestLive;
  readonly views: LiveViews;
  readonly open: (station: string | null, lastEventId?: string) => Reader;
}

interface Reader {
  /** What came since the last call: `[event, data]`, or `[': ']` for a comment. */
  readonly news: () => Promise<(readonly [name: string, data: Record<string, unknown>, id: string | null])[]>;
  readonly cancel: () => Promise<void>;
}

async function fixture(): Promise<Fixture> {
  const time = new VirtualTime();
  const live = createTestLive();
  const host = await createTestHost({ names: ['A', 'B'] });
  const views = new LiveViews({ host, source: live, after: (delayMs, callback) => time.after(delayMs, callback) });
  const open = (station: string | null, lastEventId: string | null = null): Reader => {
    const stream = views.open({ station, lastEventId, role: 'operator' });
    assert.ok(stream !== null);
    return readerOf(stream);
  };
  return { time, live, views, open };
}

function readerOf(stream: ReadableStream<Uint8Array>): Reader {
  const reader = stream.getReader();
  let pending = reader.read();
  return {
    news: async () => {
      let text = '';
      for (;;) {
        const next = await Promise.race([pending, new Promise<null>((resolve) => setImmediate(() => resolve(null)))]);
        if (next === null || next.done) break;
        text += new TextDecoder().decode(next.value);
        pending = reader.read();
      }
      return text
        .split('\n\n')
        .filter((block) => block !== '')
        .map(parse);
    },
    cancel: () => reader.cancel(),
  };
}

function parse(block: string): readonly [string, Record<string, unknown>, string | null] {
  const find = (field: string): string | undefined => new RegExp(`^${field}: (.*)$`, 'm').exec(block)?.[1];
  return [find('event') ?? block, JSON.parse(find('data') ?? '{}') as Record<string, unknown>, find('id') ?? null];
}

describe('a live view', () => {
  it('tells the present at once: the process, every station in short, the wanted one in full with its messages', async () => {
    const { live, open } = await fixture();
    live.message('A', 'one');
    live.message('B', 'other');
    const news = await open('A').news();
    assert.deepEqual(
      news.map(([name, data]) => [name, data['name'] ?? data['text'] ?? data['stations']]),
      [
        ['process', ['A', 'B']],
        ['summary', 'A'],
        ['station', 'A'],
        ['summary', 'B'],
        ['message', 'one'],
      ],
    );
  });

  it("tells messages of the wanted station as they come, and nobody else's", async () => {
    const { live, open } = await fixture();
    const reader = open('A');
    await reader.news();
    live.message('B', 'not mine');
    live.message('A', 'mine');
    const news = await reader.news();
    assert.deepEqual(
      news.map(([name, data, id]) => [name, data['text'], id]),
      [['message', 'mine', 'e1-2']],
    );
  });

  it('goes on after the last message that a client got, and from the start when that was of another process', async () => {
    const { live, open } = await fixture();
    live.message('A', 'one');
    live.message('A', 'two');
    const texts = async (lastEventId: string): Promise<unknown[]> =>
      (await open('A', lastEventId).news()).filter(([name]) => name === 'message').map(([, data]) => data['text']);
    assert.deepEqual(await texts('e1-1'), ['two']);
    assert.deepEqual(await texts('e0-1'), ['one', 'two']);
    assert.deepEqual(await texts('nonsense'), ['one', 'two']);
  });

  it('says nothing where nothing changed, but shows that it lives', async () => {
    const { time, live, open } = await fixture();
    const reader = open('A');
    await reader.news();
    // The first reading of the meters is news, the next ones are not.
    await time.advance(1_000);
    await reader.news();
    live.change('A');
    await time.advance(9_000);
    assert.deepEqual(await reader.news(), []);
    await time.advance(6_000);
    assert.equal((await reader.news()).length, 1, 'a comment');
  });

  it('tells what the meters show while somebody looks at the station, and only what changed', async () => {
    const { time, open } = await fixture();
    const all = open(null);
    const reader = open('A');
    await reader.news();
    await all.news();
    await time.advance(1_000);
    const [[name, data] = ['', {}]] = await reader.news();
    assert.deepEqual(
      [name, data],
      ['readings', { evses: [{ id: 1, reading: { energyImportWh: 1_234, powerW: 3_680 }, problem: null }] }],
    );
    await time.advance(3_000);
    assert.deepEqual(await reader.news(), []);
    assert.deepEqual(await all.news(), []);
  });

  it('lets go of everything when the client goes', async () => {
    const { time, live, open } = await fixture();
    const reader = open('A');
    assert.equal(live.listeners, 1);
    await reader.cancel();
    assert.equal(live.listeners, 0);
    assert.equal(time.pendingTimers, 0);
  });

  it('serves a bounded number of clients, and the next one when one has gone', async () => {
    const { views, open } = await fixture();
    const readers = Array.from({ length: 16 }, () => open(null));
    assert.equal(views.open({ station: null, lastEventId: null, role: 'viewer' }), null);
    await readers[0]?.cancel();
    assert.notEqual(views.open({ station: null, lastEventId: null, role: 'viewer' }), null);
  });

  it('ends all views when the daemon ends', async () => {
    const { live, views, open } = await fixture();
    const reader = open('A');
    await reader.news();
    views.close();
    assert.equal(live.listeners, 0);
  });
});
