import assert from 'node:assert/strict';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { scenario } from '../world/scenario.ts';
import { ask, registered } from './backend-steps.ts';
import { diagnosticsOf, diagnosticsTold, getDiagnostics } from './diagnostics-steps.ts';
import { endByCard, startByCard } from './steps.ts';
import { unzipped } from './unzipped.ts';

const names = [
  'cards.json',
  'connection.txt',
  'doctor.json',
  'eichrecht.json',
  'events.txt',
  'hardware.json',
  'messages.txt',
  'outbox.json',
  'parameter-history.txt',
  'parameters.json',
  'problems.txt',
  'security-log.txt',
  'status.json',
  'versions.txt',
];

scenario(
  'the archive tells what the station is, how it is set, and what happened (F-05)',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'backend.heartbeatInterval': '77' });
    await startByCard(world, 1, 'CARDSECRET1');
    const files = await diagnosticsOf(world);
    assert.deepEqual([...files.keys()].toSorted(), names);
    assert.match(files.get('versions.txt') ?? '', /^kerbside: test\nnode: v\d+/);
    assert.match(files.get('versions.txt') ?? '', /databaseSchema: \d+/);
    const status = JSON.parse(files.get('status.json') ?? '') as { readonly identity: string };
    assert.equal(status.identity, world.identity);
    const parameters = JSON.parse(files.get('parameters.json') ?? '') as readonly {
      readonly id: string;
      readonly value: string;
      readonly from: readonly { readonly layer: string; readonly inForce: boolean }[];
    }[];
    const interval = parameters.find(({ id }) => id === 'backend.heartbeatInterval');
    assert.equal(interval?.value, '77');
    assert.equal(interval.from.find(({ inForce }) => inForce)?.layer, 'stored');
    assert.match(files.get('parameter-history.txt') ?? '', /backend\.heartbeatInterval: "\d+" -> "77" by /);
    assert.match(files.get('connection.txt') ?? '', /"type":"link".*"open"/);
    assert.match(files.get('events.txt') ?? '', /"type":"transaction","evse":1,"event":"started"/);
    assert.match(files.get('security-log.txt') ?? '', /StartupOfTheDevice/);
    assert.match(files.get('eichrecht.json') ?? '', /"records": 0/);
  },
);

scenario(
  'no file of the archive has a secret in it, wherever it was planted (F-06)',
  { only: 'virtual', files: new FakeFileServer() },
  async (world) => {
    const secret = 'correct-horse-battery';
    await world.configure({ 'backend.authorizationKey': secret });
    await registered(world);
    const location = `https://logs:${secret}@files.example/in?X-Signature=hidden-signature-1`;
    await getDiagnostics(world, { location });
    await world.until('the upload', () => diagnosticsTold(world).length === 2);
    await ask(world, 'DataTransfer', {
      vendorId: 'x',
      data: `Bearer hidden-token-2 and ${secret} and ftp://hidden-user-3@h/`,
    });
    await ask(world, 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'hidden-password-4' });
    for (const [name, text] of await diagnosticsOf(world)) {
      assert.doesNotMatch(text, /correct-horse|hidden-\w+-\d/i, name);
      assert.ok(!text.includes(Buffer.from(secret).toString('hex')), name);
    }
  },
);

/** Cards in every place where a station has some. */
const planted = [
  'CARDSECRET1',
  'DE-8AA-CARDSECRET2',
  'CardSecret3',
  'CARDSECRET4',
  'CARD SECRET5',
  'CARDSECRET6',
] as const;

async function plantCards(world: Parameters<typeof startByCard>[0]): Promise<void> {
  const [started, listed, white, doubt, odd, reserved] = planted;
  await world.configure({ 'authorization.localListEnabled': 'true', 'authorization.inDoubtTag': doubt });
  await ask(world, 'SendLocalList', {
    listVersion: 1,
    updateType: 'Full',
    localAuthorizationList: [
      { idTag: listed, idTagInfo: { status: 'Accepted', parentIdTag: 'PARENTSECRET' } },
      { idTag: odd, idTagInfo: { status: 'Blocked' } },
    ],
  });
  await world.station.whiteList.change({
    kind: 'add',
    entry: { idToken: white, expiryMs: null, note: `of John Doe, ${white}` },
  });
  const expiryDate = new Date(world.time.systemWallMs() + 3_600_000).toISOString();
  await ask(world, 'ReserveNow', { connectorId: 2, reservationId: 5, idTag: reserved, expiryDate });
  await startByCard(world, 1, started);
  const said = `the cards ${planted.join(', ')}, ${started.toLowerCase()}: seen`;
  await ask(world, 'DataTransfer', { vendorId: 'x', data: said });
  await ask(world, 'DataTransfer', { vendorId: 'x', data: JSON.stringify({ idTag: 'NESTEDSECRET7' }) });
}

scenario(
  'no file of the archive names a card, wherever the station has it; one card has one name (F-06, pitfall 20)',
  { only: 'virtual' },
  async (world) => {
    await plantCards(world);
    await endByCard(world, 1, planted[0]);
    const files = await diagnosticsOf(world);
    for (const [name, text] of files)
      assert.doesNotMatch(text, /CARD ?SECRET|NESTEDSECRET|PARENTSECRET|John Doe/i, name);
    const [, started = ''] =
      /"StartTransaction".*"idTag":"(card-[0-9a-f]{12})"/.exec(files.get('messages.txt') ?? '') ?? [];
    assert.match(files.get('messages.txt') ?? '', new RegExp(`the cards ${started}, card-\\w+, .*, ${started}: seen`));
    const again = await diagnosticsOf(world);
    assert.ok(![...again.values()].some((text) => text.includes(started)), 'the next archive has other names');
  },
);

scenario(
  'cards are not in the archive though signed meter data name them, whole, coded or cut (pitfall 20)',
  { only: 'virtual', evses: [{ signs: true }] },
  async (world) => {
    for (const form of ['oca', 'bare']) {
      await world.configure({ 'eichrecht.signedDataFormat': form });
      await startByCard(world, 1, 'CARDSECRET1');
      await endByCard(world, 1, 'CARDSECRET1');
    }
    assert.equal(world.calls('StopTransaction').length, 2);
    const files = await diagnosticsOf(world);
    assert.match(files.get('messages.txt') ?? '', /StopTransaction/);
    for (const [name, text] of files) {
      assert.doesNotMatch(text, /CARDSECRET1|OCMF\|/i, name);
      for (const shift of [0, 1, 2]) {
        const coded = Buffer.from(`${'x'.repeat(shift)}CARDSECRET1`)
          .toString('base64')
          .slice(4, -4);
        assert.ok(!text.includes(coded), `the card stands in ${name} in base64`);
      }
    }
  },
);

const offline = new FakeFileServer();
scenario(
  'what waits for the backend is in the archive as numbers, without cards (F-06)',
  { only: 'virtual', files: offline },
  async (world) => {
    await startByCard(world, 1, 'CARDSECRET1');
    await world.cutLink();
    await endByCard(world, 1, 'CARDSECRET1');
    const files = await diagnosticsOf(world);
    assert.match(files.get('outbox.json') ?? '', /"waiting": [1-9]/);
    for (const [name, text] of files) assert.doesNotMatch(text, /CARDSECRET1/i, name);
    await world.restoreLink();
    await registered(world);
    await getDiagnostics(world);
    await world.until('the upload', () => offline.files.length === 1);
    assert.deepEqual([...unzipped(offline.files[0]?.bytes ?? new Uint8Array()).keys()].toSorted(), names);
  },
);
