import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { packedDraft, type DraftFile } from './archive-draft.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { SecretTexts } from './secret-texts.ts';

/** Packs drafts; gives the archive, and how long the longest slice was. */
async function packed(drafts: readonly DraftFile[], nowMs = Date.UTC(2026, 10, 22)): Promise<[Uint8Array, number]> {
  let slices = 0;
  const bytes = await packedDraft(drafts, {
    period: { fromMs: null, untilMs: null },
    names: new Pseudonyms('key'),
    secrets: new SecretTexts([]),
    nowMs,
    pause: async () => void slices++,
  });
  return [bytes, slices];
}

/** The content of the first file. */
function firstOf(archive: Uint8Array): string {
  const bytes = Buffer.from(archive);
  return inflateRawSync(bytes.subarray(30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28))).toString('utf8');
}

void describe('the archive of diagnostics', () => {
  void it('pauses between slices, and leaves out the oldest lines of what is too long', async () => {
    const lines = Array.from({ length: 90_000 }, (_, atMs) => ({ atMs, text: 'x'.repeat(100) }));
    const [archive, slices] = await packed([{ name: 'a.txt', kind: 'lines', lines }]);
    assert.ok(slices > 500, String(slices));
    const text = firstOf(archive);
    assert.ok(text.length <= 8_000_100 && text.length > 7_000_000, String(text.length));
    assert.match(text, /^\(\d+ older lines left out\)\n/u);
    assert.match(text, /00:01:29\.999Z x+\n$/u);
  });

  void it('can be made while the clock is not set, and with nothing in it', async () => {
    const [archive] = await packed([{ name: 'none.txt', kind: 'lines', lines: [] }], 0);
    assert.equal(firstOf(archive), '(nothing)\n');
  });

  void it('replaces a card that a message names in every file, in values only, and leaves numbers alone', async () => {
    const [archive] = await packed([
      { name: 'a.json', kind: 'json', value: { 12345678: 12345678, text: 'card 12345678', idTag: 'A', cards: ['B'] } },
      { name: 'm.txt', kind: 'messages', lines: [{ atMs: null, text: '{"idTag":"12345678"}' }] },
    ]);
    const value = JSON.parse(firstOf(archive)) as Readonly<Record<string, unknown>>;
    assert.equal(value['12345678'], 12345678);
    assert.match(String(value['text']), /^card card-[0-9a-f]{12}$/u);
    assert.match(String(value['idTag']), /^card-/u);
    assert.match(String(value['cards']), /^card-/u);
  });
});

void describe('pseudonyms in any text', () => {
  void it('find cards of several words, of one form in another letter case, and none inside of words', () => {
    const names = new Pseudonyms('key');
    for (const card of ['DE-8AA-C1*2', 'with space', '04AABB', 'x1']) names.know(card);
    const cleared = names.text('de-8aa-c1*2, with space; x1 04aabb/04AABBCC idTag=04AABB');
    assert.match(cleared, /^card-\w+, card-\w+; x1 card-\w+\/04AABBCC idTag=card-\w+$/u);
  });

  void it('find cards in JSON that stands in JSON', () => {
    const inner = JSON.stringify({ data: JSON.stringify({ idTag: '04AABB', more: 1 }) });
    const cleared = new Pseudonyms('key').message(inner);
    assert.match(cleared, /card-[0-9a-f]{12}/u);
    assert.doesNotThrow(() => JSON.parse((JSON.parse(cleared) as { data: string }).data));
    assert.doesNotMatch(cleared, /04AABB/u);
  });

  void it('are not made where cards shall stay; signed data are taken out all the same', () => {
    const names = new Pseudonyms(null);
    assert.equal(names.message('{"idTag":"04AABB","v":"OCMF|{}|{}"}'), '{"idTag":"04AABB","v":"(signed meter data)"}');
    names.know('04AABB');
    assert.equal(names.text('04AABB'), '04AABB');
  });
});

void describe('secrets in any text', () => {
  const secrets = new SecretTexts(['pass.word+1', 'abc']);
  const rows: readonly (readonly [text: string, cleared: string])[] = [
    ['x pass.word+1 y PASS.WORD+1', 'x *** y ***'],
    [Buffer.from('pass.word+1').toString('hex'), '***'],
    ['passXword+1', 'passXword+1'],
    ['abc', 'abc'],
    ['ftp://user:pw@host/x and http://only@host', 'ftp://***@host/x and http://***@host'],
    ['https://h/x?a=1&X-Amz-Signature=abcdef&b=2', 'https://h/x?a=1&X-Amz-Signature=***&b=2'],
    ['Authorization: Basic dXNlcjpwdw==', 'Authorization: Basic ***'],
    [
      '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----',
    ],
    ['mail to a@b.example, at 12:30', 'mail to a@b.example, at 12:30'],
  ];
  for (const [text, cleared] of rows)
    void it(`${JSON.stringify(text)} becomes ${JSON.stringify(cleared)}`, () => {
      assert.equal(secrets.text(text), cleared);
    });
});

void describe('a secret that is set as hexadecimal digits', () => {
  const key = '4b3242424649524d57415245534543524554304b';
  const bytes = Buffer.from(key, 'hex');

  void it('is masked as digits, as its bytes, and as base64, in whatever letter case it was set', () => {
    for (const set of [`hex:${key}`, `hex:${key.toUpperCase()}`]) {
      const secrets = new SecretTexts([set]);
      for (const text of [key, key.toUpperCase(), bytes.toString('utf8'), bytes.toString('base64'), set])
        assert.equal(secrets.text(`key ${text}, and more`), 'key ***, and more', text);
    }
  });

  void it('that are no text is not looked for as one', () => {
    const secrets = new SecretTexts(['hex:ff00ff00ff00ff00']);
    assert.equal(secrets.text('ff00ff00ff00ff00 and /wD/AP8A/wA= and \uFFFD'), '*** and *** and \uFFFD');
  });
});
