/** Why the HTTP side itself turns a request down, with its status and what a person can do about it. */
export const apiRefusals = {
  'api.badRequest': {
    status: 400,
    title: { en: 'The request is not understood.', de: 'Die Anfrage ist unverständlich.' },
    remedy: {
      en: 'Correct what the message names. /api/v1/openapi.json describes every request.',
      de: 'Berichtigen Sie, was die Meldung nennt. /api/v1/openapi.json beschreibt jede Anfrage.',
    },
  },
  'api.unauthorized': {
    status: 401,
    title: { en: 'Nobody has signed in.', de: 'Niemand ist angemeldet.' },
    remedy: {
      en: 'Sign in at the page; programs send "Authorization: Bearer TOKEN" (kerbside tokens, or tokens.json in the data folder).',
      de: 'Melden Sie sich auf der Seite an; Programme senden „Authorization: Bearer TOKEN“ (kerbside tokens, oder tokens.json im Datenordner).',
    },
  },
  'api.wrongPassword': {
    status: 401,
    title: { en: 'The user or the password is wrong.', de: 'Der Benutzer oder das Passwort ist falsch.' },
    remedy: {
      en: 'Check both; capital letters count in the password. Somebody at the device can give a new one: kerbside password reset USER.',
      de: 'Prüfen Sie beide; beim Passwort zählen Großbuchstaben. Wer am Gerät ist, kann ein neues geben: kerbside password reset BENUTZER.',
    },
  },
  'api.forbidden': {
    status: 403,
    title: { en: 'This role may not do that.', de: 'Diese Rolle darf das nicht.' },
    remedy: {
      en: 'Sign in as somebody who may, or use a token of that role.',
      de: 'Melden Sie sich als jemand an, der es darf, oder verwenden Sie ein Token dieser Rolle.',
    },
  },
  'api.notFromHere': {
    status: 403,
    title: { en: 'That is not possible from here.', de: 'Von hier aus geht das nicht.' },
    remedy: {
      en: 'Do it at the device itself, or over HTTPS where the message says so.',
      de: 'Tun Sie es am Gerät selbst, oder über HTTPS, wo die Meldung das sagt.',
    },
  },
  'api.csrf': {
    status: 403,
    title: {
      en: 'The request does not come from a page of this device.',
      de: 'Die Anfrage kommt nicht von einer Seite dieses Geräts.',
    },
    remedy: {
      en: 'Load the page anew. Programs send X-Kerbside-Csrf with what GET /api/v1/session says, or a token.',
      de: 'Laden Sie die Seite neu. Programme senden X-Kerbside-Csrf mit dem, was GET /api/v1/session sagt, oder ein Token.',
    },
  },
  'api.passwordChange': {
    status: 403,
    title: { en: 'A password of one’s own has to be chosen first.', de: 'Zuerst ist ein eigenes Passwort zu wählen.' },
    remedy: {
      en: 'PUT /api/v1/session/password chooses another one; the page asks for it.',
      de: 'PUT /api/v1/session/password wählt ein anderes; die Seite fragt danach.',
    },
  },
  'api.unknownRoute': {
    status: 404,
    title: { en: 'There is nothing at this address.', de: 'Unter dieser Adresse gibt es nichts.' },
    remedy: {
      en: 'The address is wrong. /api/v1/openapi.json lists them all.',
      de: 'Die Adresse ist falsch. /api/v1/openapi.json nennt alle.',
    },
  },
  'api.unknownStation': {
    status: 404,
    title: { en: 'There is no such station.', de: 'Diese Station gibt es nicht.' },
    remedy: {
      en: 'GET /api/v1/stations lists the stations of this process.',
      de: 'GET /api/v1/stations nennt die Stationen dieses Prozesses.',
    },
  },
  'api.unknownSession': {
    status: 404,
    title: { en: 'There is no such session.', de: 'Diesen Ladevorgang gibt es nicht.' },
    remedy: {
      en: 'GET /api/v1/stations/STATION/sessions lists the sessions that are kept; a running one stands in the status.',
      de: 'GET /api/v1/stations/STATION/sessions nennt die aufbewahrten; ein laufender steht im Status.',
    },
  },
  'api.unknownReservation': {
    status: 404,
    title: { en: 'There is no such reservation.', de: 'Diese Reservierung gibt es nicht.' },
    remedy: {
      en: 'GET /api/v1/stations/STATION/reservations lists the reservations that hold; it may be over.',
      de: 'GET /api/v1/stations/STATION/reservations nennt die geltenden; vielleicht ist sie vorbei.',
    },
  },
  'api.notSimulated': {
    status: 404,
    title: { en: 'The hardware is real.', de: 'Die Hardware ist echt.' },
    remedy: {
      en: 'The hardware of this station is real. Start one with --simulate to play with it.',
      de: 'Mit echter Hardware wird nicht gespielt. Starten Sie eine Station mit --simulate.',
    },
  },
  'api.methodNotAllowed': {
    status: 405,
    title: { en: 'That cannot be done at this address.', de: 'Das geht unter dieser Adresse nicht.' },
    remedy: {
      en: 'Use one of the methods in the Allow header.',
      de: 'Verwenden Sie eine der Methoden aus dem Kopf Allow.',
    },
  },
  'api.tooLarge': {
    status: 413,
    title: { en: 'The request is too large.', de: 'Die Anfrage ist zu groß.' },
    remedy: { en: 'A request body has at most 1 MiB.', de: 'Der Inhalt einer Anfrage hat höchstens 1 MiB.' },
  },
  'api.mediaType': {
    status: 415,
    title: { en: 'The body has another form than is expected.', de: 'Der Inhalt hat eine andere Form als erwartet.' },
    remedy: {
      en: 'Send the body as "Content-Type: application/json", and a file as application/octet-stream.',
      de: 'Senden Sie den Inhalt als „Content-Type: application/json“, eine Datei als application/octet-stream.',
    },
  },
  'api.misdirected': {
    status: 421,
    title: {
      en: 'The machine is called by a wrong name.',
      de: 'Die Maschine wird mit einem falschen Namen angesprochen.',
    },
    remedy: {
      en: 'Call this machine by localhost, 127.0.0.1 or [::1]. Other names are refused, because web pages could misuse them.',
      de: 'Sprechen Sie sie als localhost, 127.0.0.1 oder [::1] an. Andere Namen werden abgelehnt, weil Webseiten sie missbrauchen könnten.',
    },
  },
  'api.tooManyViews': {
    status: 503,
    title: { en: 'Too many people watch at once.', de: 'Zu viele sehen zugleich zu.' },
    remedy: { en: 'Close a page that shows this daemon.', de: 'Schließen Sie eine Seite, die diesen Dienst zeigt.' },
  },
  'api.tooManyFailures': {
    status: 429,
    title: { en: 'Too many wrong attempts.', de: 'Zu viele falsche Versuche.' },
    remedy: {
      en: 'Wait as long as Retry-After says; then the right one counts at once.',
      de: 'Warten Sie so lange, wie Retry-After sagt; danach zählt das Richtige sofort.',
    },
  },
} as const;

/** The stable code of a refusal of the HTTP side. */
export type ApiRefusalCode = keyof typeof apiRefusals;
