import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readOcmf } from './record.ts';
import { payloadText } from './test-records.ts';

function text(payload: string, signature = '{"SD":"3006020101020101"}'): string {
  return `OCMF|${payload}|${signature}`;
}

describe('a record', () => {
  it('gives every field as it was written', () => {
    const payload = String.raw`{"FV":"1.2","PG":"T42","MS":"M-1","IS":false,"IF":["RFID_NONE","OCPP_RS"],"IT":"NONE","TT":"0,49 €\/kWh\n\u00fc","LC":{"LN":"cable","LR":12.50,"LU":"mOhm"},"RD":[{"TM":"2026-07-24T13:22:04,000+0200 S","TX":"B","RV":2935.600,"RI":"1-b:1.8.0","RU":"kWh","ST":"G"}]}`;
    const record = readOcmf(text(payload));
    assert.equal(record.parts.payload, payload);
    assert.equal(record.version, '1.2');
    assert.deepEqual(record.pagination, { context: 'T', number: 42, text: 'T42' });
    assert.deepEqual(record.flags, ['RFID_NONE', 'OCPP_RS']);
    assert.deepEqual(record.fields, {
      FV: '1.2',
      PG: 'T42',
      MS: 'M-1',
      IS: 'false',
      IT: 'NONE',
      TT: '0,49 €/kWh\nü',
      'LC.LN': 'cable',
      'LC.LR': '12.50',
      'LC.LU': 'mOhm',
    });
    assert.equal(record.readings[0]?.value, '2935.600');
    assert.equal(record.readings[0]?.timeMs, Date.UTC(2026, 6, 24, 11, 22, 4));
  });

  it('fills in what a reading leaves out because the one before has it', () => {
    const left = { RI: null, RU: null, ST: null, TM: '2026-07-24T14:00:00,000+0200 R' };
    const { readings } = readOcmf(
      text(
        payloadText({}, [
          { EF: 't', RT: 'AC', CL: '0.10' },
          { ...left, TX: 'E', RV: '3000.10' },
        ]),
      ),
    );
    const [begin, end] = readings;
    assert.deepEqual(
      [end?.obis, end?.unit, end?.status, end?.errors, end?.current, end?.loss],
      [begin?.obis, 'kWh', 'G', 't', 'AC', '0.10'],
    );
    assert.deepEqual([end?.event, end?.value, end?.clock], ['E', '3000.10', 'R']);
  });

  it('takes a register that is written as text with blanks before it', () => {
    assert.equal(readOcmf(text(payloadText({}, [{ RV: '"   12.30"' }]))).readings[0]?.value, '12.30');
  });

  it('has a signature in hex or base64, on the default curve when it names none', () => {
    const { signature } = readOcmf(text(payloadText()));
    assert.equal(signature.method, 'ECDSA-secp256r1-SHA256');
    assert.equal(signature.curve?.opensslName, 'prime256v1');
    const base64 = readOcmf(text(payloadText(), '{"SE":"base64","SD":"MAYCAQECAQE="}')).signature;
    assert.deepEqual(base64.data, signature.data);
    const named = '{"SA":"ECDSA-brainpoolP384r1-SHA256","SD":"3006020101020101"}';
    assert.equal(readOcmf(text(payloadText(), named)).signature.curve?.method, 'ECDSA-brainpool384r1-SHA256');
    assert.equal(readOcmf(text(payloadText(), '{"SA":"RSA","SD":"00"}')).signature.curve, null);
  });

  it('that has not its form is refused with what is wrong', () => {
    const cases = [
      [text('{}'), /no readings/],
      [text('{"RD":[]}'), /no readings/],
      [text('{"RD":[1]}'), /no object/],
      [text('[]'), /payload is no JSON object/],
      [text('{"RD":[{}]'), /payload is no JSON/],
      [text(payloadText(), 'x'), /signature is no JSON/],
      [text(payloadText(), '{"SA":"ECDSA-secp256r1-SHA256"}'), /no data \(SD\)/],
      [text(payloadText(), '{"SD":""}'), /no data \(SD\)/],
      [text(payloadText(), '{"SD":"0g"}'), /are no hex/],
      [text(payloadText(), '{"SD":"abc"}'), /are no hex/],
      [text(payloadText(), '{"SE":"base64","SD":"MAYCAQECAQF="}'), /are no base64/],
      [text(payloadText(), '{"SE":"base32","SD":"AA"}'), /base32, which is neither hex nor base64/],
      [text(payloadText(), '{"SD":"00","SD":"01"}'), /names SD twice/],
    ] as const;
    for (const [record, words] of cases) assert.throws(() => readOcmf(record), words, record);
  });
});
