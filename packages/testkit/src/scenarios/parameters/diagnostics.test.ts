import assert from 'node:assert/strict';

import { FakeFileServer } from '../../fake/fake-file-server.ts';
import { scenario } from '../../world/scenario.ts';
import { ask } from '../backend-steps.ts';
import { diagnosticsTold, getDiagnostics } from '../diagnostics-steps.ts';
import { startByCard } from '../steps.ts';
import { unzipped } from '../unzipped.ts';

const files = new FakeFileServer();
scenario(
  'diagnostics.pseudonymizeCards: switched off cards stay in the archive; a backend cannot switch it',
  { only: 'virtual', files, defaults: { 'backend.authorizationKey': 'correct-horse-battery' } },
  async (world) => {
    await startByCard(world, 1, 'CARDSECRET1');
    for (const pseudonyms of ['true', 'false']) {
      await world.configure({ 'diagnostics.pseudonymizeCards': pseudonyms });
      const told = diagnosticsTold(world).length;
      await getDiagnostics(world);
      await world.until('the upload', () => diagnosticsTold(world).length === told + 2);
    }
    const [hidden = '', shown = ''] = files.files.map(({ bytes }) => unzipped(bytes).get('messages.txt') ?? '');
    assert.match(hidden, /"idTag":"card-[0-9a-f]{12}"/);
    assert.doesNotMatch(hidden, /CARDSECRET1/);
    assert.match(shown, /"idTag":"CARDSECRET1"/);
    for (const { bytes } of files.files)
      for (const [name, text] of unzipped(bytes)) assert.doesNotMatch(text, /correct-horse/, name);
    const change = { key: 'diagnostics.pseudonymizeCards', value: 'true' };
    assert.equal((await ask(world, 'ChangeConfiguration', change))['status'], 'NotSupported');
  },
);
