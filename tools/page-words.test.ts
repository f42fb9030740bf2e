import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { blockCauses } from '../packages/station/src/eichrecht/block-causes.ts';
import { findingText } from '../packages/ui/src/pages/sessions/finding-words.ts';
import { blockWords } from '../packages/ui/src/pages/status/block-words.ts';
import { root } from './source-files.ts';

describe('the page in German', () => {
  it('says every cause for which calibration law blocks a connector, and all else as the daemon says it', () => {
    for (const [cause, { sentence, remedy }] of Object.entries(blockCauses)) {
      const german = blockWords('de-DE', { cause, sentence, remedy });
      assert.ok(german.sentence !== sentence && german.remedy !== remedy, cause);
      assert.deepEqual(blockWords('en', { cause, sentence, remedy }), { sentence, remedy });
    }
    assert.equal(blockWords('de', { cause: 'constructor', sentence: 'New.' }).sentence, 'New.');
  });

  it('says every rule about signed records, and all else as it comes', async () => {
    const rules = await readFile(join(root, 'packages/ocmf/src/rules.ts'), 'utf8');
    const codes = [...rules.matchAll(/code: '([\w.]+)'/g)].map(([, code = '']) => code);
    assert.ok(codes.length > 20, 'the table of rules was found');
    for (const code of codes) {
      const finding = { code, severity: 'error', sentence: 'English.' } as const;
      assert.notEqual(findingText(finding, 'de-AT'), 'English.', code);
      assert.equal(findingText(finding, 'fr'), 'English.');
    }
    assert.equal(findingText({ code: 'constructor', severity: 'error', sentence: 'New.' }, 'de'), 'New.');
  });
});
