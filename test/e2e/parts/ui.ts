import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './configuration.ts';
import { apiUrl, registered, startDaemon } from './daemon.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A daemon with one simulated station that is registered at a strict backend. */
export interface UiDaemon {
  readonly url: string;
  readonly data: string;
  readonly backend: StrictBackend;
  readonly tokens: { readonly operator: string; readonly manufacturer: string };
  readonly kill: () => void;
  /** Starts the daemon again at the same address. */
  readonly restart: () => void;
}

/** What a test wants to be different. */
export interface UiDaemonOptions {
  readonly identity?: string;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly signed?: boolean;
}

/** Starts backend and daemon; both end with the test. */
export async function startUiDaemon(t: TestContext, options: UiDaemonOptions = {}): Promise<UiDaemon> {
  const { identity = 'CP-7', defaults = {}, signed = false } = options;
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  const config = writeConfiguration(folder, { 'metering.sampleInterval': 1, ...defaults });
  const driver = signed ? ['--driver', 'simulator:signed'] : ['--simulate'];
  const args = [...driver, '--data', data, '--config', config, '--backend', backend.url, '--identity', identity];
  let daemon = startDaemon(args);
  t.after(() => daemon.child.kill());
  const url = await apiUrl(daemon);
  await registered(daemon);
  const tokens = JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8')) as UiDaemon['tokens'];
  return {
    url,
    data,
    backend,
    tokens,
    kill: () => void daemon.child.kill(),
    restart: () => {
      daemon = startDaemon(args, { environment: { KERBSIDE_API_PORT: new URL(url).port } });
    },
  };
}
