/** The archives of a station. The words lie in the database and never change. */
export const archiveNames = { signed: 'signed', sessions: 'sessions', logbook: 'logbook' } as const;
