import { dictionary } from '../words/dictionary.ts';

/** The texts of the parts that all pages share. */
export const words = dictionary(
  {
    show: 'Show',
    close: 'Close',
    cancel: 'Cancel',
    copy: 'Copy',
    copied: 'Copied',
    remedy: 'What to do',
    code: 'Code',
    reload: 'Try again',
    loading: 'Loading …',
    none: 'None',
    more: 'Show more',
    of: (shown: string, all: string) => `${shown} of ${all}`,
  },
  {
    show: 'Zeigen',
    close: 'Schließen',
    cancel: 'Abbrechen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    remedy: 'Was zu tun ist',
    code: 'Kürzel',
    reload: 'Erneut versuchen',
    loading: 'Wird geladen …',
    none: 'Keine',
    more: 'Mehr zeigen',
    of: (shown: string, all: string) => `${shown} von ${all}`,
  },
);
