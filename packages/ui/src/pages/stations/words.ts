import { dictionary } from '../../words/dictionary.ts';

/** The texts of the list of stations. */
export const words = dictionary(
  {
    title: 'Stations',
    search: 'Search by name, status or reason',
    show: 'Show',
    filters: {
      all: 'All',
      faulted: 'With a fault',
      offline: 'Not connected',
      charging: 'Charging',
      waiting: 'With waiting messages',
    },
    count: (shown: string, all: string) => `${shown} of ${all}`,
    more: (count: string) => `${count} more; search to find them`,
    none: 'No station is like that.',
    name: 'Station',
    backend: 'Backend',
    connectors: 'Connectors',
    outbox: 'Waiting',
  },
  {
    title: 'Stationen',
    search: 'Nach Name, Zustand oder Grund suchen',
    show: 'Zeigen',
    filters: {
      all: 'Alle',
      faulted: 'Mit Störung',
      offline: 'Nicht verbunden',
      charging: 'Lädt',
      waiting: 'Mit wartenden Nachrichten',
    },
    count: (shown: string, all: string) => `${shown} von ${all}`,
    more: (count: string) => `${count} weitere; die Suche findet sie`,
    none: 'Keine Station ist so.',
    name: 'Station',
    backend: 'Backend',
    connectors: 'Ladepunkte',
    outbox: 'Wartend',
  },
);
