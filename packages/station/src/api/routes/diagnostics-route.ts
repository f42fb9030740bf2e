import { safeFileName } from '../../eichrecht/export/record-export.ts';
import type { Route } from '../route.ts';
import { stationRoute } from './station-route.ts';

/** Everything that helps to find out what is wrong with a station. */
export const diagnosticsRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/diagnostics',
    id: 'getDiagnostics',
    tag: 'stations',
    summary: 'The diagnostics as a zip archive, as a backend gets them',
    description: 'Without passwords and keys; cards have made-up names unless diagnostics.pseudonymizeCards is off.',
    produces: 'application/zip',
    access: 'operator',
    responses: { 200: { description: 'The archive.', schema: { type: 'string', format: 'binary' } } },
    handle: async ({ station }) => ({
      status: 200,
      file: inPieces(await station.diagnostics()),
      contentType: 'application/zip',
      name: safeFileName([station.name, 'diagnostics'], 'zip'),
    }),
  }),
];

const pieceBytes = 65_536;

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
