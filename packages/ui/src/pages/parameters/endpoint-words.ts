import { dictionary } from '../../words/dictionary.ts';

/** The texts around a change of the backend address. */
export const words = dictionary(
  {
    stagedTitle: 'A new backend address is ready to be applied',
    stagedWhat: 'The station still talks to the present address. Apply the new one when you are ready.',
    waitingTitle: 'The new backend address waits',
    waitingWhat:
      'A charging session is open, or its messages are not delivered yet. The new address is applied by itself afterwards.',
    now: 'Now',
    new: 'New',
    next: 'The station will dial',
    apply: 'Apply the new address',
    force: 'Apply without waiting',
    forceAsk: 'Apply without waiting?',
    forceWhat:
      'Messages of sessions that are still open go to the new backend, which does not know them. Only do this if the old backend is gone.',
    discard: 'Take back',
    trying: 'Trying the new address',
    tryingPassword: 'Trying the new password',
    tryingWhat: (minutes: string) =>
      `It stays when the backend accepts the station. If that does not happen within ${minutes} of network time, the last good settings come back by themselves.`,
    tryingFirst: 'It stays when the backend accepts the station. There are no earlier settings to return to.',
    attempts: (count: number) =>
      count === 0 ? 'First attempt' : count === 1 ? '1 attempt has failed' : `${count} attempts have failed`,
    rejected: 'The backend answers, but rejects this station. It is given 24 hours to accept it.',
    since: 'Since',
    lastError: 'What the connection says',
    doctor: 'Find out why',
    backTitle: 'The new settings did not work: the last good ones are back',
    backWhat: (when: string) => `Since ${when}.`,
    history: 'What was tried',
    dismiss: 'I have seen it',
    applied: 'The new address is applied and being tried.',
  },
  {
    stagedTitle: 'Eine neue Backend-Adresse ist vorgemerkt',
    stagedWhat: 'Noch spricht die Station mit der jetzigen Adresse. Wenden Sie die neue an, wenn Sie so weit sind.',
    waitingTitle: 'Die neue Backend-Adresse wartet',
    waitingWhat:
      'Ein Ladevorgang ist offen, oder seine Nachrichten sind noch nicht zugestellt. Danach wird die neue Adresse von selbst angewendet.',
    now: 'Jetzt',
    new: 'Neu',
    next: 'Die Station wird wählen',
    apply: 'Neue Adresse anwenden',
    force: 'Ohne Warten anwenden',
    forceAsk: 'Ohne Warten anwenden?',
    forceWhat:
      'Nachrichten offener Ladevorgänge gehen dann an das neue Backend, das sie nicht kennt. Tun Sie das nur, wenn es das alte Backend nicht mehr gibt.',
    discard: 'Zurücknehmen',
    trying: 'Die neue Adresse wird ausprobiert',
    tryingPassword: 'Das neue Passwort wird ausprobiert',
    tryingWhat: (minutes: string) =>
      `Sie bleibt, sobald das Backend die Station annimmt. Geschieht das nicht innerhalb von ${minutes} mit Netz, kommen die letzten guten Einstellungen von selbst zurück.`,
    tryingFirst:
      'Sie bleibt, sobald das Backend die Station annimmt. Frühere Einstellungen zum Zurückkehren gibt es nicht.',
    attempts: (count: number) =>
      count === 0
        ? 'Erster Versuch'
        : count === 1
          ? '1 Versuch ist fehlgeschlagen'
          : `${count} Versuche sind fehlgeschlagen`,
    rejected: 'Das Backend antwortet, lehnt diese Station aber ab. Es hat 24 Stunden Zeit, sie anzunehmen.',
    since: 'Seit',
    lastError: 'Was die Verbindung meldet',
    doctor: 'Ursache suchen',
    backTitle: 'Die neuen Einstellungen funktionierten nicht: Die letzten guten gelten wieder',
    backWhat: (when: string) => `Seit ${when}.`,
    history: 'Was versucht wurde',
    dismiss: 'Gesehen',
    applied: 'Die neue Adresse ist angewendet und wird ausprobiert.',
  },
);
