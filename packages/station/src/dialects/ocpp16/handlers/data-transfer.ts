import { decodeDataTransfer, encodeDataTransferAnswer } from '../messages/data-transfer.ts';
import type { Handler } from './handler.ts';

/** DataTransfer (§5.6, D-01): an unknown vendor, an unknown message and a refusal are told apart (fault 60). */
export const dataTransfer: Handler<'DataTransfer'> = async (request, commands) => {
  return { payload: encodeDataTransferAnswer(await commands.dataTransfer(decodeDataTransfer(request))) };
};
