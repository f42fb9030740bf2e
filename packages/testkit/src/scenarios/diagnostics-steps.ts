import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { unzipped } from './unzipped.ts';

/** The files of the station's diagnostics. */
export async function diagnosticsOf(world: World): Promise<ReadonlyMap<string, string>> {
  let archive: Uint8Array | null = null;
  const made = world.station.diagnostics().then((bytes) => {
    archive = bytes;
  });
  made.catch(() => undefined);
  await world.until('the diagnostics', () => archive !== null);
  await made;
  assert.ok(archive !== null);
  return unzipped(archive);
}

/** Asks for diagnostics as a backend does. */
export function getDiagnostics(world: World, more: JsonObject = {}): Promise<JsonObject> {
  return ask(world, 'GetDiagnostics', { location: 'https://files.example/diagnostics/', ...more });
}

/** The statuses of uploads of diagnostics that the backend was told. */
export function diagnosticsTold(world: World): readonly string[] {
  return world.calls('DiagnosticsStatusNotification').map(({ payload }) => String(payload['status']));
}
