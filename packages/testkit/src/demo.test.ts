import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';

import rpc, { type RPCClient } from 'ocpp-rpc';

import { runDemo } from './demo.ts';

const boot = { chargePointVendor: 'v', chargePointModel: 'm' };
const start = { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: '2026-11-22T12:00:00Z' };

async function connect(endpoint: string): Promise<RPCClient> {
  const options = { endpoint, identity: 'CP1', protocols: ['ocpp1.6'], reconnect: false };
  const client = new rpc.RPCClient(options as ConstructorParameters<typeof rpc.RPCClient>[0]);
  await client.connect();
  return client;
}

test('the demo tells where it listens and what its ledger holds', async (context) => {
  const lines: string[] = [];
  const demo = await runDemo({}, (line) => lines.push(line));
  context.after(() => demo.close());
  assert.ok(lines[0]?.includes(demo.url) && lines[1]?.includes(demo.controlUrl));
  const client = await connect(demo.url);
  await client.call('BootNotification', boot);
  await client.call('StartTransaction', start);
  await client.call('StopTransaction', { transactionId: 1, meterStop: 350, timestamp: '2026-11-22T12:30:00Z' });
  await client.close({});
  const summary = demo.ledgerSummary();
  assert.deepEqual(summary.lines, ['Transaction 1, connector 1, TAG: 250 Wh, Local, 0 MeterValues']);
  assert.deepEqual([summary.problems, summary.violations], [[], []]);
});

/** The backend as a process; resolves with its first line. */
async function spawnBackend(
  context: TestContext,
  ledger: string,
): Promise<{ url: string; controlUrl: string; kill: () => Promise<unknown> }> {
  const main = new URL('backend-main.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    [...process.execArgv.filter((arg) => !arg.startsWith('--test')), main, '--ledger', ledger],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  context.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const kill = async (): Promise<unknown> => {
    child.kill('SIGKILL');
    return await once(child, 'exit');
  };
  return { ...(JSON.parse(String(line)) as { url: string; controlUrl: string }), kill };
}

test('a backend process that is killed has in its ledger what it answered', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'backend-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const first = await spawnBackend(context, join(folder, 'ledger.jsonl'));
  const client = await connect(first.url);
  await client.call('BootNotification', boot);
  await client.call('StartTransaction', start);
  await first.kill();
  const second = await spawnBackend(context, join(folder, 'ledger.jsonl'));
  const again = await connect(second.url);
  await again.call('StopTransaction', { transactionId: 1, meterStop: 350, timestamp: '2026-11-22T12:30:00Z' });
  await again.close({});
  const ledger = await (await fetch(`${second.controlUrl}/ledger`)).text();
  assert.match(ledger, /"problems":\[\]/);
  assert.deepEqual(await (await fetch(`${second.controlUrl}/violations`)).json(), []);
});
