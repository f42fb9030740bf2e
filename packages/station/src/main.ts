import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

// Before everything else is loaded, so that everything else is compiled once only.
enableCompileCache();

/** A program that is a single file is its own worker. */
const isSingleFile = !/\/main\.(ts|js)$/.test(import.meta.url);

if (isMainThread) await runMain();
else await runWorker();

async function runMain(): Promise<void> {
  const [{ runCli }, { createProcessIo }] = await Promise.all([import('./cli/cli.ts'), import('./cli/process-io.ts')]);
  const io = createProcessIo({ environment: process.env, workerEntry: isSingleFile ? new URL(import.meta.url) : null });
  const [command] = process.argv.slice(2);
  process.exitCode = await runCli(process.argv.slice(2), io);
  // What a daemon's stations left open must not keep the process from ending.
  if (command === 'run' || command === 'demo') process.exit();
}

async function runWorker(): Promise<void> {
  const { runStoreWorker } = await import('./store/sqlite/worker-service.ts');
  runStoreWorker();
}
