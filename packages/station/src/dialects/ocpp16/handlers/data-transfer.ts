import type { Handler } from './handler.ts';

/** DataTransfer (§5.6, D-01). Our own vendor knows one message: `ResendParked` sends parked messages again. */
export const dataTransfer: Handler<'DataTransfer'> = (request, commands) => {
  if (request.vendorId.toLowerCase() !== 'kerbside') return { payload: { status: 'UnknownVendorId' } };
  if (request.messageId !== 'ResendParked') return { payload: { status: 'UnknownMessageId' } };
  return { payload: { status: 'Accepted', data: JSON.stringify({ messages: commands.resendParked() }) } };
};
