import { performance } from 'node:perf_hooks';

import type { Caller, Contestant, OpenCaller, Slice, SliceResult } from './contestant.ts';

/** One contestant in a process of its own: arguments are its name and the backend's URL; slices come over the IPC channel. */
const [name, url = ''] = process.argv.slice(2);
const openers: Readonly<Record<Contestant, () => Promise<OpenCaller>>> = {
  bare: async () => (await import('./bare-caller.ts')).openBareCaller,
  kerbside: async () => (await import('./kerbside-caller.ts')).openKerbsideCaller,
  daemon: async () => (await import('./daemon-caller.ts')).openDaemonCaller,
  'ocpp-rpc': async () => (await import('./ocpp-rpc-caller.ts')).openOcppRpcCaller,
};
const open = await openers[name as Contestant]();
const callers: Caller[] = [];

async function measure({ load, connections, durationMs }: Slice): Promise<SliceResult> {
  while (callers.length < connections) callers.push(await open(url));
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  let calls = 0;
  const callOn = async (caller: Caller): Promise<void> => {
    for (; performance.now() - startMs < durationMs; calls++) await caller.call(load);
  };
  await Promise.all(callers.slice(0, connections).map(callOn));
  const { user, system } = process.cpuUsage(startCpu);
  const elapsedMs = performance.now() - startMs;
  return { callsPerSecond: calls / (elapsedMs / 1_000), cpuMicrosPerCall: (user + system) / calls };
}

process.on('message', (slice: Slice) => {
  measure(slice).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
