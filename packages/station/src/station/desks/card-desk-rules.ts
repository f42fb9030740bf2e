import type { ParameterReader } from '../../params/parameters.ts';
import type { CardDeskRules } from './card-desk.ts';

/** What parameters say of cards at this moment. */
export function cardDeskRules(params: ParameterReader): CardDeskRules {
  return {
    letterCase: params.get('authorization.tagLetterCase'),
    byteOrder: params.get('authorization.tagByteOrder'),
    readerEnabled: params.get('authorization.rfidEnabled'),
    concurrent: params.get('authorization.concurrentTransactions'),
    authorizeForStop: params.get('authorization.authorizeForStop'),
  };
}
