import { readWordsByBearer } from '../params/bearer-texts.ts';
import type { WordsByBearer } from '../params/bearer-texts.ts';
import type { BearerRules } from './bearer-choice.ts';
import type { NetworkInterface } from './network.ts';

/** The patterns of the factory. */
function factoryPatterns(): WordsByBearer {
  const read = readWordsByBearer('ethernet=eth*,en*; wlan=wlan*,wl*; gsm=wwan*,ppp*,usb*');
  return read.ok ? read.words : {};
}

/** The rules of the factory, with a backend that has a name. */
export const factoryRules: BearerRules = {
  connectionType: 'auto',
  fallback: true,
  patterns: factoryPatterns(),
  holdMs: 5000,
  target: { kind: 'name' },
};

const subnets: Readonly<Record<string, string>> = { eth0: '10.1.0', wlan0: '10.2.0', wwan0: '10.3.0' };

/** An interface that is up, with an address and a default route. */
export function interfaceUp(name: string, host = 2): NetworkInterface {
  const subnet = subnets[name] ?? '10.9.0';
  return {
    name,
    running: true,
    addresses: [{ family: 4, address: `${subnet}.${host}` }],
    routes: [
      { family: 4, network: `${subnet}.0`, prefix: 24, gateway: null },
      { family: 4, network: '0.0.0.0', prefix: 0, gateway: `${subnet}.1` },
    ],
  };
}
