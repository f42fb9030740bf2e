import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { LinkLoss } from './silence-pattern.ts';
import { findSilencePattern, silenceRemedy, silenceSentence } from './silence-pattern.ts';
import { SilenceWatch } from './silence-watch.ts';

function loss(silenceSeconds: number, survivedSeconds = 0, noticed: LinkLoss['noticed'] = 'closed'): LinkLoss {
  return { silenceMs: silenceSeconds * 1000, survivedMs: survivedSeconds * 1000, noticed };
}

describe('the pattern of silences', () => {
  const tables: readonly (readonly [string, readonly LinkLoss[], number | null])[] = [
    ['nothing was lost yet', [], null],
    ['two losses are too few', [loss(60), loss(60)], null],
    ['three close together are a pattern', [loss(60), loss(60.4), loss(61)], 60],
    ['three that lie apart are none', [loss(60), loss(75), loss(90)], null],
    ['others among them do not hide it', [loss(7), loss(30.2), loss(300), loss(30), loss(111), loss(30.1)], 30],
    [
      'only the last ten count',
      [loss(60), loss(60), ...Array.from({ length: 8 }, (_, i) => loss(100 + 50 * i)), loss(60)],
      null,
    ],
    ['a silence that was survived before does not kill', [loss(60), loss(60, 70), loss(60)], null],
    ['losses in the middle of a talk have another reason', [loss(0.2), loss(0.1), loss(0.3), loss(1)], null],
    [
      'unanswered pings wander with their jitter',
      [loss(45, 0, 'unanswered'), loss(50, 1, 'unanswered'), loss(47, 0, 'unanswered')],
      45,
    ],
    ['closed and unanswered are not counted together', [loss(60), loss(60), loss(60, 0, 'unanswered')], null],
  ];
  for (const [name, losses, seconds] of tables) {
    test(name, () => assert.equal(findSilencePattern(losses, 0)?.seconds ?? null, seconds));
  }

  test('counts its losses, and advises a shorter keep-alive', () => {
    const pattern = findSilencePattern([loss(3), loss(60), loss(60.2), loss(60.1)], 0);
    assert.deepEqual(pattern, { seconds: 60, noticed: 'closed', losses: 3, of: 4, advisedPingSeconds: 48 });
    assert.ok(pattern !== null);
    assert.match(silenceSentence(pattern), /always dies 60 s after the last frame \(3 of the last 4 losses\)/);
    assert.match(silenceRemedy(pattern, 0), /WebSocketPingInterval .* below 60, such as 48/);
    assert.match(silenceRemedy(pattern, 25_000), /keep-alive of 25 s.*should prevent it/);
    assert.match(silenceRemedy(pattern, 90_000), /below 60/);
  });

  test('is disproved by a connection that comes out of such a silence', () => {
    const losses = [loss(60), loss(60), loss(60)];
    assert.notEqual(findSilencePattern(losses, 59_000), null);
    assert.equal(findSilencePattern(losses, 61_000), null);
  });
});

/** One life of a connection: opened at 0, then what happens at which second. */
type Event = readonly [atSeconds: number, what: 'in' | 'ask' | 'tell' | Parameters<SilenceWatch['ended']>[1]];

function live(watch: SilenceWatch, events: readonly Event[], times = 3): void {
  for (let round = 0; round < times; round += 1) {
    const beganMs = round * 10_000_000;
    watch.opened(beganMs);
    for (const [atSeconds, what] of events) {
      const nowMs = beganMs + atSeconds * 1000;
      if (what === 'in') watch.received(nowMs);
      else if (what === 'ask' || what === 'tell') watch.sent(nowMs, what === 'ask');
      else watch.ended(nowMs, what);
    }
  }
}

describe('the watch over silences', () => {
  const stories: readonly (readonly [string, readonly Event[], string])[] = [
    [
      'an idle proxy ends the connection without a word',
      [
        [1, 'ask'],
        [2, 'in'],
        [62, 'gone'],
      ],
      '60 closed',
    ],
    [
      'it ends it with a close frame, whose bytes end no silence',
      [
        [2, 'in'],
        [62, 'in'],
        [62.1, 'closeFrame'],
      ],
      '60 closed',
    ],
    [
      'the last frame was ours and wanted no answer',
      [
        [2, 'in'],
        [5, 'tell'],
        [65, 'gone'],
      ],
      '60 closed',
    ],
    [
      'the backend never answered the last question',
      [
        [2, 'in'],
        [5, 'ask'],
        [65, 'gone'],
      ],
      '60 closed',
    ],
    [
      'a router forgot the connection: the ping is not answered',
      [
        [2, 'in'],
        [47, 'ask'],
        [67, 'givenUp'],
      ],
      '45 unanswered',
    ],
    [
      'a router forgot the connection: the frame is answered by a reset',
      [
        [2, 'in'],
        [302, 'ask'],
        [302.1, 'gone'],
      ],
      '300 unanswered',
    ],
    [
      'the watchdog fires and nothing had been asked',
      [
        [2, 'in'],
        [302, 'givenUp'],
      ],
      'none',
    ],
    [
      'the station ended it on purpose',
      [
        [2, 'in'],
        [62, 'onPurpose'],
      ],
      'none',
    ],
    [
      'it came out of a longer silence before',
      [
        [2, 'in'],
        [92, 'ask'],
        [93, 'in'],
        [153, 'gone'],
      ],
      'none',
    ],
    [
      'pings were answered many times before the link was lost',
      [
        [2, 'in'],
        [50, 'ask'],
        [51, 'in'],
        [98, 'ask'],
        [118, 'givenUp'],
      ],
      'none',
    ],
    ['nothing was ever received after the opening', [[30, 'gone']], '30 closed'],
  ];
  for (const [name, events, expected] of stories) {
    test(`sees “${expected}” when ${name}`, () => {
      const watch = new SilenceWatch();
      live(watch, events);
      const { pattern } = watch;
      assert.equal(pattern === null ? 'none' : `${pattern.seconds} ${pattern.noticed}`, expected);
    });
  }

  test('does not mind what is told without a connection, or twice', () => {
    const watch = new SilenceWatch();
    watch.received(1);
    watch.sent(2, true);
    watch.ended(60_000, 'gone');
    live(watch, [
      [2, 'in'],
      [2, 'in'],
      [62, 'gone'],
      [63, 'gone'],
    ]);
    assert.equal(watch.pattern?.of, 3);
  });
});
