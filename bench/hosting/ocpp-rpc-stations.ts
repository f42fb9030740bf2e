import { RPCClient } from 'ocpp-rpc';

/** Stations on the client of ocpp-rpc as its documentation recommends it, without store, parameters or hardware: `URL COUNT`. */
type Options = ConstructorParameters<typeof RPCClient>[0];

const [url = '', count = '1'] = process.argv.slice(2);
const connectors = [0, 1, 2];

async function runStation(number: number): Promise<void> {
  const options: Partial<Options> = {
    endpoint: url,
    identity: `RPC${String(number).padStart(4, '0')}`,
    protocols: ['ocpp1.6'],
    strictMode: true,
    wsOpts: { perMessageDeflate: false },
  };
  // Its types ask for every option, its documentation for these only.
  const client = new RPCClient(options as Options);
  await client.connect();
  const boot = await client.call('BootNotification', { chargePointVendor: 'Bench', chargePointModel: 'ocpp-rpc' });
  for (const connectorId of connectors) {
    const timestamp = new Date().toISOString();
    await client.call('StatusNotification', { connectorId, errorCode: 'NoError', status: 'Available', timestamp });
  }
  const { interval } = boot as { readonly interval: number };
  setInterval(() => void client.call('Heartbeat', {}), interval * 1_000);
}

await Promise.all(Array.from({ length: Number(count) }, (_, index) => runStation(index + 1)));
