import { createProtocol } from '../create-protocol.ts';
import type { Protocol } from '../protocol.ts';
import { validators } from './generated/validators.js';
import { messages } from './messages.ts';

/** OCPP 1.6 (edition 2) with the messages of the security whitepaper. */
export const ocpp16: Protocol = createProtocol({ version: 'ocpp1.6', messages, validators });
