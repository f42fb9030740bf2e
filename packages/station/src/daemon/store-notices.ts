import type { StoreEvent } from '../store/sqlite/messages.ts';
import type { Tell } from './notice.ts';

/** Tells what happened to the database. */
export function tellStoreEvent(event: StoreEvent, tell: Tell): void {
  switch (event.type) {
    case 'setAside':
      tell({
        level: 'error',
        area: 'store',
        text: `The database was damaged and lies now in ${event.file}: ${event.reason}`,
      });
      return;
    case 'salvaged': {
      const { documents, rows, archived, complete } = event;
      const text = `Saved from the damaged database: ${documents} documents, ${rows} messages, ${archived} archived records${complete ? '' : '; some parts could not be read'}.`;
      tell({ level: complete ? 'warn' : 'error', area: 'store', text });
      return;
    }
    case 'migrated':
      tell({
        level: 'info',
        area: 'store',
        text: `The database was brought from version ${event.from} to ${event.to}.`,
      });
      return;
    case 'laterRefused':
      tell({ level: 'warn', area: 'store', text: `Something that may be lost was lost: ${event.problem}` });
  }
}
