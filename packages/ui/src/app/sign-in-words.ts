import { dictionary } from '../words/dictionary.ts';

/** The texts of the way in. */
export const words = dictionary(
  {
    title: 'Sign in',
    lead: 'This is the page of a charging station.',
    user: 'User',
    password: 'Password',
    enter: 'Sign in',
    forgotten: 'Password forgotten?',
    forgottenHelp:
      'Somebody at the device gives a new one: kerbside password reset USER. From afar nobody can, which is on purpose.',
    commissioning: (minutes: number) =>
      `This station is new: within the next ${minutes} min it can be set up with the user “setup” and the password printed on it.`,
    verify: 'Verify a signed record without signing in',
    changeTitle: 'Choose a password of your own',
    changeLead: 'The password that you were given was for the first time only.',
    current: 'Present password',
    next: 'New password',
    again: 'New password once more',
    rule: 'At least 10 characters. Several words that do not belong together are easy to remember.',
    differ: 'The two are not the same.',
    save: 'Save the password',
    show: 'Show',
  },
  {
    title: 'Anmelden',
    lead: 'Das ist die Seite einer Ladestation.',
    user: 'Benutzer',
    password: 'Passwort',
    enter: 'Anmelden',
    forgotten: 'Passwort vergessen?',
    forgottenHelp:
      'Ein neues gibt jemand, der am Gerät ist: kerbside password reset BENUTZER. Aus der Ferne geht das nicht, und das ist Absicht.',
    commissioning: (minutes: number) =>
      `Diese Station ist neu: In den nächsten ${minutes} min lässt sie sich mit dem Benutzer „setup“ und dem aufgedruckten Passwort einrichten.`,
    verify: 'Einen signierten Datensatz ohne Anmeldung prüfen',
    changeTitle: 'Ein eigenes Passwort wählen',
    changeLead: 'Das mitgeteilte Passwort war nur für das erste Mal.',
    current: 'Jetziges Passwort',
    next: 'Neues Passwort',
    again: 'Neues Passwort noch einmal',
    rule: 'Mindestens 10 Zeichen. Mehrere Wörter, die nicht zusammengehören, sind leicht zu merken.',
    differ: 'Die beiden sind nicht gleich.',
    save: 'Passwort speichern',
    show: 'Zeigen',
  },
);
