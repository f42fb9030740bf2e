import { WebSocket } from 'ws';

/** The least that can register: no store, no parameters, no care. Bundled into one file. */
const url = process.argv[2] ?? '';
const socket = new WebSocket(`${url}/CP-1`, ['ocpp1.6'], { perMessageDeflate: false });
const payload = { chargePointVendor: 'Bench', chargePointModel: 'ws only' };
socket.on('open', () => socket.send(JSON.stringify([2, '1', 'BootNotification', payload])));
