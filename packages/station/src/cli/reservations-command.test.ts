import assert from 'node:assert/strict';
import { test } from 'node:test';

import { reservationsText } from './reservations-command.ts';
import { statusText } from './status-text.ts';
import { wallText } from './time-text.ts';

test('reservations are told with place, card, group and end', () => {
  assert.equal(reservationsText([]), 'Nothing is reserved.\n');
  const expiry = '2026-11-22T12:00:00.000Z';
  const until = wallText(Date.parse(expiry));
  const text = reservationsText([
    { id: 7, evse: 1, idTag: 'CARD1', parentIdTag: 'FLEET', expiry },
    { id: 4711, evse: 0, idTag: 'CARD2', parentIdTag: null, expiry },
  ]);
  assert.equal(
    text,
    `  7     EVSE 1 for CARD1 or the group FLEET, until ${until}\n  4711  any EVSE for CARD2, until ${until}\n`,
  );
});

test('the status shows which reservation keeps a connector, without its card', () => {
  const evse = { id: 1, status: 'Reserved', errorCode: 'NoError', pilot: 'A', contactor: 'open', transaction: null };
  const expiryMs = Date.UTC(2026, 10, 22, 12);
  const text = statusText({
    evses: [
      { ...evse, reservation: { id: 7, expiryMs } },
      { ...evse, reservation: null },
    ],
  });
  assert.ok(text.includes(`; reserved until ${wallText(expiryMs)} (reservation 7)\n`), text);
  assert.equal(text.split('reserved until').length, 2);
});
