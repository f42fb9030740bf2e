import { encodeFrame } from '@kerbside/ocpp';

import type { Reply } from './backend-line.ts';

/** The frame of a reply; `undefined` when there is none. */
export function replyText(id: string, reply: Reply): string | undefined {
  switch (reply.kind) {
    case 'result':
      return encodeFrame({ kind: 'callResult', id, payload: reply.payload });
    case 'error':
      return encodeFrame({ kind: 'callError', id, code: reply.code, description: reply.description, details: {} });
    case 'none':
      return undefined;
  }
}
