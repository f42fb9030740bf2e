import { dictionary } from '../../words/dictionary.ts';

/** The texts of what keeps others from reading along. */
export const httpsWords = dictionary(
  {
    title: 'Encryption (HTTPS)',
    off: 'This page is served without encryption.',
    offLead:
      'On the way, passwords can be read. That does no harm at the device itself; before the page is opened to a network, set api.tls to on (configuration file or KERBSIDE_API_TLS=on) and restart.',
    made: 'Made by this device',
    madeLead:
      'Browsers do not know such a certificate and warn once. Compare the fingerprint with what “kerbside https” says at the device.',
    uploaded: 'Brought along',
    names: 'Names and addresses',
    issuer: 'Issuer',
    valid: 'Valid',
    fromTo: (from: string, to: string) => `${from} to ${to}`,
    fingerprint: 'Fingerprint (SHA-256)',
    replace: 'Use another certificate',
    replaceLead:
      'The certificate of the device first, then those that signed it. It holds from the next connection on; the browser may then ask again.',
    certificate: 'Certificates (PEM)',
    certificateFile: 'Or as a file',
    key: 'Private key (PEM, without a password)',
    keyFile: 'Or as a file',
    install: 'Use it',
    installed: 'The new certificate is in use.',
    renew: 'Have a new one made',
    renewTitle: 'Have this device make a new certificate?',
    renewLead: 'With a new key, for the names and addresses that it has now. All browsers will warn again.',
  },
  {
    title: 'Verschlüsselung (HTTPS)',
    off: 'Diese Seite wird unverschlüsselt übertragen.',
    offLead:
      'Unterwegs lassen sich Passwörter mitlesen. Am Gerät selbst schadet das nicht; bevor die Seite für ein Netz geöffnet wird, setzen Sie api.tls auf on (Konfigurationsdatei oder KERBSIDE_API_TLS=on) und starten neu.',
    made: 'Von diesem Gerät erzeugt',
    madeLead:
      'Browser kennen ein solches Zertifikat nicht und warnen einmal. Vergleichen Sie den Fingerabdruck mit dem, was „kerbside https“ am Gerät sagt.',
    uploaded: 'Mitgebracht',
    names: 'Namen und Adressen',
    issuer: 'Aussteller',
    valid: 'Gültig',
    fromTo: (from: string, to: string) => `${from} bis ${to}`,
    fingerprint: 'Fingerabdruck (SHA-256)',
    replace: 'Anderes Zertifikat verwenden',
    replaceLead:
      'Zuerst das Zertifikat des Geräts, danach jene, die es signiert haben. Es gilt ab der nächsten Verbindung; der Browser fragt dann vielleicht noch einmal.',
    certificate: 'Zertifikate (PEM)',
    certificateFile: 'Oder als Datei',
    key: 'Privater Schlüssel (PEM, ohne Passwort)',
    keyFile: 'Oder als Datei',
    install: 'Verwenden',
    installed: 'Das neue Zertifikat wird verwendet.',
    renew: 'Neues erzeugen lassen',
    renewTitle: 'Dieses Gerät ein neues Zertifikat erzeugen lassen?',
    renewLead: 'Mit neuem Schlüssel, für die Namen und Adressen, die es jetzt hat. Alle Browser werden wieder warnen.',
  },
);
