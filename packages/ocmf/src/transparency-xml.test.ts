import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { payloadText, signedText, testKey } from './test-records.ts';
import { readTransparencyXml, transparencyXml } from './transparency-xml.ts';

const key = testKey();
const data = signedText(key, payloadText({ TT: '<0,49 €> & "mehr"' }));

describe('the XML of the public transparency software', () => {
  it('has begin and end under one number, the key beside them and no blank around the data', () => {
    const value = { transactionId: 7, format: 'OCMF', data: 'OCMF|{"a":"<&>"}|{}', publicKey: '3059aa' };
    assert.equal(
      transparencyXml([
        { ...value, context: 'Transaction.Begin' },
        { ...value, context: null, publicKey: null },
      ]),
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<values>
  <value transactionId="7" context="Transaction.Begin">
    <signedData format="OCMF" encoding="plain">OCMF|{&quot;a&quot;:&quot;&lt;&amp;&gt;&quot;}|{}</signedData>
    <publicKey encoding="hex">3059aa</publicKey>
  </value>
  <value transactionId="7">
    <signedData format="OCMF" encoding="plain">OCMF|{&quot;a&quot;:&quot;&lt;&amp;&gt;&quot;}|{}</signedData>
  </value>
</values>
`,
    );
  });

  it('is read again as it was written', () => {
    const value = fc.record({
      transactionId: fc.nat(),
      context: fc.constantFrom('Transaction.Begin', 'Transaction.End', 'Sample.Periodic', null),
      format: fc.constantFrom('OCMF', 'ALFEN', 'EDL_40_P'),
      data: fc.string({ minLength: 1 }).map((text) => `OCMF|${text.replaceAll('\r', '')}|{}`),
      publicKey: fc.constantFrom(key.publicKey, null),
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        assert.deepEqual(
          readTransparencyXml(transparencyXml(values)),
          values.map((each) => ({ ...each })),
        );
      }),
    );
  });

  it('is read in the forms that others write', () => {
    const forms = [
      `<signedData format="OCMF" encoding="plain"><![CDATA[${data}]]></signedData>`,
      `<signedData encoding='plain' format='OCMF'>\n  ${data.replaceAll('&', '&#38;').replaceAll('<', '&#x3C;')}\n</signedData>`,
      `<signedData format="OCMF" encoding="hex">${Buffer.from(data).toString('hex')}</signedData>`,
      `<signedData format="OCMF" encoding="base64">${Buffer.from(data).toString('base64')}</signedData>`,
    ];
    for (const form of forms) {
      const xml = `<?xml version="1.0"?><values xmlns=""><!-- <value/> --><value transactionId="3" context="Transaction.End">${form}<publicKey encoding="hex"> ${key.publicKey}\n</publicKey></value></values>`;
      assert.deepEqual(readTransparencyXml(xml), [
        { transactionId: 3, context: 'Transaction.End', format: 'OCMF', data, publicKey: key.publicKey },
      ]);
    }
  });

  it('is read in base32, as the public software reads it too', () => {
    const read = (text: string) => {
      const xml = `<values><value transactionId="1"><signedData format="OCMF" encoding="base32">${text}</signedData><publicKey encoding="base32">MZXW6YQ=</publicKey></value></values>`;
      return readTransparencyXml(xml)[0];
    };
    // The examples of RFC 4648 §10.
    assert.deepEqual(
      ['MY======', 'MZXQ====', 'MZXW6===', 'mzxw6yq', 'MZXW6YTB', 'MZXW6YTBOI======'].map((text) => read(text)?.data),
      ['f', 'fo', 'foo', 'foob', 'fooba', 'foobar'],
    );
    assert.equal(read('MY')?.publicKey, Buffer.from('foob').toString('hex'));
    for (const wrong of ['M', 'MZ', 'MZX', '18', '']) assert.throws(() => read(wrong), /not written in base32/, wrong);
  });

  it('that has no values is refused', () => {
    for (const text of ['', '<values/>', '<html></html>', data])
      assert.throws(() => readTransparencyXml(text), /no values/);
    assert.throws(() => readTransparencyXml('<value transactionId="1"></value>'), /no signed data/);
    const odd = '<value><signedData encoding="hex">xyz</signedData></value>';
    assert.throws(() => readTransparencyXml(odd), /not written in hex/);
    assert.throws(() => readTransparencyXml(odd.replace('hex', 'constructor')), /not written in constructor/);
  });
});
