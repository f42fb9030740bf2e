/** How it was decided that a card may charge: the backend was asked, or one of the rules that need nobody. */
export type Decided = 'backend' | 'localList' | 'whiteList' | 'cache' | 'unknownOffline' | 'inDoubt';
