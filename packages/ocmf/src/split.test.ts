import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { splitOcmf } from './split.ts';

describe('an OCMF text', () => {
  it('is taken apart without touching an octet of its payload', () => {
    assert.deepEqual(splitOcmf('\uFEFF OCMF| {\n\t"RV": 2935.600 } |{"SD":"00"}\r\n'), {
      payload: ' {\n\t"RV": 2935.600 } ',
      signature: '{"SD":"00"}',
      publicKey: null,
    });
  });

  it('may have the key as a fourth part, as the public software tolerates it', () => {
    assert.equal(splitOcmf('OCMF|{}|{}|3059').publicKey, '3059');
  });

  it('is not what has another head or number of parts', () => {
    assert.throws(() => splitOcmf('ocmf|{}|{}'), /does not begin with OCMF/);
    assert.throws(() => splitOcmf('{"signedMeterData":""}'), /does not begin with OCMF/);
    assert.throws(() => splitOcmf('OCMF|{}'), /three parts between vertical bars; this one has 2/);
    assert.throws(() => splitOcmf('OCMF|{}|{}|a|b'), /has 5/);
  });
});
