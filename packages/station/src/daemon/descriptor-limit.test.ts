import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import { checkDescriptors } from './descriptor-limit.ts';

describe('the limit of open files', () => {
  it('refuses more stations than there can be sockets, and says how many fit and what to do', () => {
    const refused = (thrown: unknown): boolean => {
      assert.ok(thrown instanceof KerbsideError);
      assert.equal(thrown.code, 'daemon.tooManyStations');
      assert.equal(
        thrown.message,
        '1000 stations need 1096 open files, but this process may open 256: enough for 160 stations.',
      );
      assert.match(thrown.remedy, /ulimit -n.*LimitNOFILE/);
      return true;
    };
    assert.throws(() => checkDescriptors({ stations: 1_000, socketsEach: 1, limit: 256 }), refused);
    checkDescriptors({ stations: 160, socketsEach: 1, limit: 256 });
  });

  it('counts the sockets of drivers in other processes', () => {
    checkDescriptors({ stations: 80, socketsEach: 2, limit: 256 });
    assert.throws(() => checkDescriptors({ stations: 81, socketsEach: 2, limit: 256 }), /enough for 80 stations/);
  });

  it('refuses nothing where the limit is not known, nor a single station', () => {
    checkDescriptors({ stations: 20_000, socketsEach: 2, limit: null });
    checkDescriptors({ stations: 1, socketsEach: 2, limit: 64 });
  });
});
