/** What leaves the station to find out what is wrong with it. */
export const diagnosticsParameters = {
  'diagnostics.pseudonymizeCards': {
    section: 'Diagnostics',
    label: { en: 'Pseudonyms for Cards in Diagnostics', de: 'Pseudonyme für Karten in der Diagnose' },
    purpose: {
      en: 'Whether diagnostics name cards by made-up names.',
      de: 'Ob die Diagnose Karten unter erfundenen Namen nennt.',
    },
    info: {
      en: 'One card has one name within one archive and another name in the next one. Switched off, identifiers of cards are in the archive as they are; passwords and keys never are.',
      de: 'Eine Karte heißt in einem Archiv überall gleich und im nächsten anders. Ausgeschaltet stehen die Kennungen der Karten im Archiv, wie sie sind; Passwörter und Schlüssel nie.',
    },
    rule: { type: 'boolean' },
    default: true,
    effect: 'live',
    read: 'viewer',
    write: 'operator',
    backendWrite: 'never',
    scope: 'both',
    source: 'kerbside',
    example: 'true',
  },
} as const;
