import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { fileUrl } from './file-transfer.ts';
import { logFile } from './log-file.ts';
import { Pseudonyms } from './pseudonyms.ts';

const always = { fromMs: null, untilMs: null };

void describe('a log file', () => {
  void it('has a head, sections, and one line for each event, whatever a text contains', () => {
    const lines = [
      { atMs: 0, text: 'first\nforged line' },
      { atMs: null, text: 'no time' },
    ];
    assert.equal(
      logFile(
        [['model', 'M']],
        [
          { title: 'Events', lines },
          { title: 'None', lines: [] },
        ],
        always,
      ),
      '# model: M\n\n## Events\n1970-01-01T00:00:00.000Z first forged line\nno time\n\n## None\n(nothing)\n',
    );
  });

  void it('has only what happened in the period, bounds included', () => {
    const lines = [1_000, 2_000, 3_000, 4_000].map((atMs) => ({ atMs, text: String(atMs) }));
    const text = logFile([], [{ title: 'Events', lines }], { fromMs: 2_000, untilMs: 3_000 });
    assert.deepEqual(text.match(/ \d000$/gmu), [' 2000', ' 3000']);
  });

  void it('loses its old end when it becomes too long', () => {
    const lines = Array.from({ length: 90_000 }, (_, atMs) => ({ atMs, text: 'x'.repeat(100) }));
    const text = logFile([], [{ title: 'Events', lines }], always);
    assert.ok(text.length < 8_100_000 && text.length > 7_000_000, String(text.length));
    assert.match(text, /\(\d+ older lines left out\)/u);
    assert.match(text, /00:01:29\.999Z/u);
  });
});

void describe('pseudonyms of cards', () => {
  void it('are the same for one card in one file, and other ones in another', () => {
    const names = new Pseudonyms('key');
    const message = names.message('[2,"1","Authorize",{"idTag":"04AABB"}]');
    const again = names.message('{"idTagInfo":{"parentIdTag":"04aabb","status":"Accepted"}}');
    const [, name = ''] = /"idTag":"(card-[0-9a-f]{12})"/u.exec(message) ?? [];
    assert.ok(again.includes(`"parentIdTag":"${name}"`));
    assert.equal(names.text('the card 04AABB was refused'), `the card ${name} was refused`);
    assert.equal(names.message('[2,"i","Authorize",{"idTag":"04AABB').includes('04AABB'), false);
    assert.doesNotMatch(new Pseudonyms('another').message('{"idTag":"04AABB"}'), new RegExp(`04AABB|${name}`, 'u'));
  });
});

void describe('the address of a file', () => {
  void it('has one slash between folder and name, and a query names the file itself', () => {
    const at = (url: string): string => fileUrl(new URL(url), 'a b.log').href;
    assert.equal(at('http://h'), 'http://h/a%20b.log');
    assert.equal(at('ftp://u:p@h/x//'), 'ftp://u:p@h/x/a%20b.log');
    assert.equal(at('https://h/x?sig=1'), 'https://h/x?sig=1');
  });
});
