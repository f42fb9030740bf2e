import { RPCClient } from 'ocpp-rpc';

import type { Caller } from './contestant.ts';
import { payloads } from './load.ts';

type Options = ConstructorParameters<typeof RPCClient>[0];

let lastIdentity = 0;

/** The client of ocpp-rpc as its documentation recommends it, in strict mode. */
export async function openOcppRpcCaller(url: string): Promise<Caller> {
  const options: Partial<Options> = {
    endpoint: url,
    identity: `CP-${String(++lastIdentity)}`,
    protocols: ['ocpp1.6'],
    strictMode: true,
    reconnect: false,
    wsOpts: { perMessageDeflate: false },
  };
  // Its types ask for every option, its documentation for these only.
  const client = new RPCClient(options as Options);
  await client.connect();
  return {
    call: (load) => client.call(load, payloads[load]),
    close: () => void client.close({ force: true }),
  };
}
