import { enableCompileCache } from 'node:module';
import process from 'node:process';

// Before everything else is loaded, so that everything else is compiled once only.
enableCompileCache();

/** In the single file: the store's worker as a data: URL, put in by tools/build/bundle.ts. Nowhere else is it defined. */
declare const KERBSIDE_STORE_WORKER: string;

const workerEntry = typeof KERBSIDE_STORE_WORKER === 'string' ? new URL(KERBSIDE_STORE_WORKER) : null;

const [{ runCli }, { createProcessIo }] = await Promise.all([import('./cli/cli.ts'), import('./cli/process-io.ts')]);
const [command] = process.argv.slice(2);
process.exitCode = await runCli(process.argv.slice(2), createProcessIo({ environment: process.env, workerEntry }));
// What a daemon's stations left open must not keep the process from ending.
if (command === 'run' || command === 'demo') process.exit();
