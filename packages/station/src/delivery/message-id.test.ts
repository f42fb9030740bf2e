import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { installationFrom, messageIdOf, parseMessageId } from './message-id.ts';

const installation = 'aabbccdd00112233';

void describe('message ids', () => {
  void it('have 36 characters in the shape of a UUID, and can be read back', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 48 - 1), fc.nat(65_535), (seq, refusals) => {
        const id = messageIdOf({ installation, seq, refusals });
        assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
        assert.deepEqual(parseMessageId(id), { installation, seq, refusals });
      }),
    );
  });

  void it('are the same for the same parts and others after a refusal', () => {
    const first = messageIdOf({ installation, seq: 7, refusals: 0 });
    assert.equal(first, 'aabbccdd-0011-2233-0000-000000000007');
    assert.equal(messageIdOf({ installation, seq: 7, refusals: 0 }), first);
    assert.notEqual(messageIdOf({ installation, seq: 7, refusals: 1 }), first);
  });

  void it('are not read from what was not made here', () => {
    for (const text of ['', 'x', '1', 'AABBCCDD-0011-2233-0000-000000000007'])
      assert.equal(parseMessageId(text), undefined);
  });

  void it('take their installation part from a UUID', () => {
    assert.equal(installationFrom('01234567-89ab-4cde-8fed-cba987654321'), '8fedcba987654321');
  });
});
