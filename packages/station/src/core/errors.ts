import type { Localized } from './localized.ts';

/** What a code means, and what a person can do about it. */
export interface ErrorRow {
  readonly title: Localized;
  readonly remedy: Localized;
}

/** Every reason for which Kerbside refuses or fails, with what a person can do about it. `docs/errors.md` is generated from it. */
export const errorCatalogue = {
  'config.invalid': {
    title: { en: 'The configuration cannot be used.', de: 'Die Konfiguration ist nicht verwendbar.' },
    remedy: {
      en: 'The configuration file or an environment value cannot be used. Correct the line that the message names.',
      de: 'Berichtigen Sie in der Konfigurationsdatei oder der Umgebung die Zeile, die die Meldung nennt.',
    },
  },
  'config.unknownParameter': {
    title: { en: 'There is no such parameter.', de: 'Diesen Parameter gibt es nicht.' },
    remedy: {
      en: 'No such parameter. `kerbside config list` names them all.',
      de: '`kerbside config list` nennt alle.',
    },
  },
  'config.refused': {
    title: { en: 'The value cannot be taken.', de: 'Der Wert kann nicht übernommen werden.' },
    remedy: {
      en: 'The value was refused and nothing was stored. The message names the range or the rule.',
      de: 'Es wurde nichts gespeichert. Die Meldung nennt den Bereich oder die Regel.',
    },
  },
  'config.forbidden': {
    title: { en: 'This role may not change the parameter.', de: 'Diese Rolle darf den Parameter nicht ändern.' },
    remedy: {
      en: 'This role may not change the parameter. Use a token of the role that the message names.',
      de: 'Melden Sie sich mit der Rolle an, die die Meldung nennt, oder verwenden Sie ein Token dieser Rolle.',
    },
  },
  'config.pinned': {
    title: {
      en: 'The value is set elsewhere and cannot be changed here.',
      de: 'Der Wert ist an anderer Stelle festgelegt und lässt sich hier nicht ändern.',
    },
    remedy: {
      en: 'The value is pinned by the environment or the configuration file. Change it there.',
      de: 'Er kommt aus der Umgebung oder der Konfigurationsdatei; ändern Sie ihn dort.',
    },
  },
  'config.confirm': {
    title: {
      en: 'A safety-relevant value was not typed a second time.',
      de: 'Ein sicherheitsrelevanter Wert wurde nicht ein zweites Mal eingegeben.',
    },
    remedy: {
      en: 'Send the value again in "confirm", under the id of the parameter. Nothing was stored.',
      de: 'Geben Sie den Wert zur Bestätigung noch einmal ein. Es wurde nichts gespeichert.',
    },
  },
  'config.changedSince': {
    title: {
      en: 'The value has been changed again since.',
      de: 'Der Wert wurde seither noch einmal geändert.',
    },
    remedy: {
      en: 'Look at the newer value first; "force" takes the old one back all the same.',
      de: 'Sehen Sie sich zuerst den neueren Wert an; „Trotzdem zurücknehmen“ holt den alten dennoch zurück.',
    },
  },
  'config.unknownChange': {
    title: { en: 'This change is not remembered.', de: 'Diese Änderung ist nicht mehr bekannt.' },
    remedy: {
      en: 'The history keeps the last 200 changes. Change the parameter itself.',
      de: 'Der Verlauf behält die letzten 200 Änderungen. Ändern Sie den Parameter selbst.',
    },
  },
  'store.unavailable': {
    title: { en: 'The database cannot be written.', de: 'Die Datenbank lässt sich nicht beschreiben.' },
    remedy: {
      en: 'The database cannot be written. Free space or make the data folder writable; charging starts again by itself.',
      de: 'Schaffen Sie Platz oder machen Sie den Datenordner beschreibbar; das Laden beginnt dann von selbst wieder.',
    },
  },
  'store.corrupt': {
    title: { en: 'The database was damaged.', de: 'Die Datenbank war beschädigt.' },
    remedy: {
      en: 'The database was damaged and has been set aside under the name in the message. Keep it for recovery.',
      de: 'Sie wurde unter dem Namen beiseitegelegt, den die Meldung nennt. Bewahren Sie sie auf, um Daten zu retten.',
    },
  },
  'store.newer': {
    title: { en: 'The database is of a newer version.', de: 'Die Datenbank stammt von einer neueren Version.' },
    remedy: {
      en: 'The database was written by a newer version. Install that version again or use another data folder.',
      de: 'Installieren Sie diese Version wieder, oder verwenden Sie einen anderen Datenordner.',
    },
  },
  'store.locked': {
    title: { en: 'Another process uses this data folder.', de: 'Ein anderer Prozess verwendet diesen Datenordner.' },
    remedy: {
      en: 'Another process uses this data folder. Stop it, or choose another folder with --data.',
      de: 'Beenden Sie ihn, oder wählen Sie mit --data einen anderen Ordner.',
    },
  },
  'driver.lost': {
    title: { en: 'The hardware does not answer.', de: 'Die Hardware antwortet nicht.' },
    remedy: {
      en: 'The hardware driver does not answer. Check its process and the socket path.',
      de: 'Prüfen Sie den Prozess des Treibers und den Pfad seines Sockets.',
    },
  },
  'driver.refused': {
    title: { en: 'The hardware did not do what was asked.', de: 'Die Hardware hat nicht getan, was verlangt war.' },
    remedy: {
      en: 'The hardware did not do what was asked. The message says what the driver reported.',
      de: 'Die Meldung sagt, was der Treiber gemeldet hat.',
    },
  },
  'firmware.refused': {
    title: { en: 'The firmware cannot be installed.', de: 'Die Firmware kann nicht installiert werden.' },
    remedy: {
      en: 'The firmware cannot be installed. The message says why; the station goes on with the one that runs.',
      de: 'Die Meldung sagt warum; die Station läuft mit der bisherigen weiter.',
    },
  },
  'firmware.unverified': {
    title: {
      en: 'The firmware was not stored as it was given.',
      de: 'Die Firmware wurde nicht so gespeichert, wie sie kam.',
    },
    remedy: {
      en: 'The firmware that was written is not what was given. Nothing was changed; check the storage, and try again.',
      de: 'Es wurde nichts geändert; prüfen Sie den Speicher und versuchen Sie es erneut.',
    },
  },
  'firmware.unknown': {
    title: { en: 'There is no such firmware.', de: 'Diese Firmware gibt es nicht.' },
    remedy: {
      en: 'No such firmware was uploaded, or it is there no more. `kerbside firmware` shows what is there.',
      de: 'Sie wurde nicht hochgeladen oder ist nicht mehr da. `kerbside firmware` zeigt, was da ist.',
    },
  },
  'driver.timeout': {
    title: { en: 'The hardware did not answer in time.', de: 'Die Hardware hat nicht rechtzeitig geantwortet.' },
    remedy: {
      en: 'The hardware did not answer in time. Check the wiring and the driver.',
      de: 'Prüfen Sie die Verdrahtung und den Treiber.',
    },
  },
  'link.lost': {
    title: {
      en: 'The connection was gone before the message could leave.',
      de: 'Die Verbindung war weg, bevor die Nachricht hinausging.',
    },
    remedy: {
      en: 'The link was gone before the message could leave. Nothing is lost; it goes out on the next link.',
      de: 'Verloren ist nichts; sie geht mit der nächsten Verbindung hinaus.',
    },
  },
  'endpoint.invalid': {
    title: { en: 'The backend address cannot be used.', de: 'Die Adresse des Backends ist nicht verwendbar.' },
    remedy: {
      en: 'The backend address cannot be used. Check host, port, path and identity.',
      de: 'Prüfen Sie Rechnername, Port, Pfad und Identität.',
    },
  },
  'certificate.refused': {
    title: {
      en: 'The certificate cannot be installed or deleted.',
      de: 'Das Zertifikat kann nicht installiert oder gelöscht werden.',
    },
    remedy: {
      en: 'The certificate cannot be installed or deleted. The message says why; `kerbside certificates list` shows what is installed.',
      de: 'Die Meldung sagt warum; `kerbside certificates list` zeigt, was installiert ist.',
    },
  },
  'certificate.unknown': {
    title: { en: 'There is no such certificate.', de: 'Dieses Zertifikat gibt es nicht.' },
    remedy: {
      en: 'No such certificate is installed. `kerbside certificates list` shows them with their fingerprints.',
      de: '`kerbside certificates list` zeigt alle mit ihren Fingerabdrücken.',
    },
  },
  'access.refused': {
    title: { en: 'The account or token was not changed.', de: 'Das Konto oder Token wurde nicht geändert.' },
    remedy: {
      en: 'Nothing was changed. The message says what an account, a password or a token has to be like.',
      de: 'Die Meldung sagt, wie Konto, Passwort oder Token sein müssen.',
    },
  },
  'access.unknown': {
    title: { en: 'There is no such user or token.', de: 'Diesen Benutzer oder dieses Token gibt es nicht.' },
    remedy: {
      en: 'No such user or token. `kerbside users` and `kerbside tokens` list them.',
      de: '`kerbside users` und `kerbside tokens` zeigen alle.',
    },
  },
  'outbox.unknown': {
    title: { en: 'There is no such message.', de: 'Diese Nachricht gibt es nicht.' },
    remedy: {
      en: 'No such message is set aside. `kerbside outbox dead-letters` lists them with their numbers.',
      de: '`kerbside outbox dead-letters` zeigt die beiseitegelegten mit ihren Nummern.',
    },
  },
  'outbox.refused': {
    title: { en: 'The message stays where it is.', de: 'Die Nachricht bleibt, wo sie ist.' },
    remedy: {
      en: 'The message stays where it is. The message text says why; `kerbside outbox` shows what waits.',
      de: 'Die Meldung sagt warum; `kerbside outbox` zeigt, was wartet.',
    },
  },
  'outbox.confirm': {
    title: {
      en: 'This message is about money; deleting it has to be confirmed.',
      de: 'An dieser Nachricht hängt Geld; das Löschen muss bestätigt werden.',
    },
    remedy: {
      en: 'Without the message a session cannot be billed. Repeat with the confirmation if that is wanted; it is written into the logbook.',
      de: 'Ohne sie lässt sich ein Ladevorgang nicht abrechnen. Wiederholen Sie mit Bestätigung, wenn das gewollt ist; es steht dann im Logbuch.',
    },
  },
  'whitelist.known': {
    title: { en: 'The card is on the white list already.', de: 'Die Karte steht schon auf der Liste.' },
    remedy: {
      en: 'The card is on the white list already. Remove it first to change its entry.',
      de: 'Nehmen Sie sie erst herunter, um den Eintrag zu ändern.',
    },
  },
  'whitelist.unknown': {
    title: { en: 'The card is not on the white list.', de: 'Die Karte steht nicht auf der Liste.' },
    remedy: {
      en: 'No such card is on the white list. `kerbside whitelist list` shows them all.',
      de: '`kerbside whitelist list` zeigt alle.',
    },
  },
  'whitelist.refused': {
    title: { en: 'The white list was not changed.', de: 'Die Liste wurde nicht geändert.' },
    remedy: {
      en: 'The white list was not changed. The message says which entry or limit is in the way.',
      de: 'Die Meldung sagt, welcher Eintrag oder welche Grenze im Weg ist.',
    },
  },
  'eichrecht.noStart': {
    title: {
      en: 'Calibration law does not let this charge begin.',
      de: 'Das Eichrecht lässt diesen Ladevorgang nicht beginnen.',
    },
    remedy: {
      en: 'Calibration law does not let this charge begin. The message says what the meter or the station lacks.',
      de: 'Die Meldung sagt, was dem Zähler oder der Station fehlt.',
    },
  },
  'eichrecht.notBlocked': {
    title: { en: 'There is nothing to release.', de: 'Es gibt nichts freizugeben.' },
    remedy: {
      en: 'There is nothing to release. `kerbside eichrecht` shows what blocks which connector.',
      de: '`kerbside eichrecht` zeigt, was welchen Ladepunkt sperrt.',
    },
  },
  'eichrecht.refused': {
    title: { en: 'Calibration law does not allow it.', de: 'Das Eichrecht erlaubt es nicht.' },
    remedy: {
      en: 'Calibration law does not allow it. The message says what has to be done instead, and by whom.',
      de: 'Die Meldung sagt, was stattdessen zu tun ist und von wem.',
    },
  },
  'vendor.unknown': {
    title: { en: 'The vendor is not registered.', de: 'Der Hersteller ist nicht angemeldet.' },
    remedy: {
      en: 'The vendor is not registered. Register it with its messages when the host is made, and document it.',
      de: 'Melden Sie ihn mit seinen Nachrichten an, wenn der Host gemacht wird, und dokumentieren Sie sie.',
    },
  },
  'vendor.tooLong': {
    title: { en: 'The message is too long.', de: 'Die Nachricht ist zu lang.' },
    remedy: {
      en: 'A message of a vendor has at most 262,144 characters of data. Send less, or in parts.',
      de: 'Eine Nachricht eines Herstellers hat höchstens 262.144 Zeichen. Senden Sie weniger, oder in Teilen.',
    },
  },
  'simulator.refused': {
    title: { en: 'The simulated hardware cannot do that now.', de: 'Die simulierte Hardware kann das jetzt nicht.' },
    remedy: {
      en: 'The simulated hardware cannot do that now. The message says why.',
      de: 'Die Meldung sagt warum.',
    },
  },
  'command.usage': {
    title: { en: 'The command was not understood.', de: 'Der Befehl wurde nicht verstanden.' },
    remedy: {
      en: 'The command was not understood. `kerbside help` shows how to call it.',
      de: '`kerbside help` zeigt, wie er aufgerufen wird.',
    },
  },
  'daemon.unreachable': {
    title: { en: 'No daemon answers.', de: 'Kein Dienst antwortet.' },
    remedy: {
      en: 'No daemon answers at the local socket. Start one with `kerbside run`, or name its folder with --data.',
      de: 'Starten Sie ihn mit `kerbside run`, oder nennen Sie seinen Ordner mit --data.',
    },
  },
  'daemon.startFailed': {
    title: { en: 'The daemon could not start.', de: 'Der Dienst konnte nicht starten.' },
    remedy: {
      en: 'The daemon could not start. The message names the step that failed.',
      de: 'Die Meldung nennt den Schritt, der scheiterte.',
    },
  },
  'daemon.tooManyStations': {
    title: {
      en: 'There are too many stations for the open files that are allowed.',
      de: 'Es sind zu viele Stationen für die erlaubten offenen Dateien.',
    },
    remedy: {
      en: 'Run fewer stations; or allow more open files: `ulimit -n NUMBER` in the shell, LimitNOFILE=NUMBER in a systemd unit.',
      de: 'Betreiben Sie weniger, oder erlauben Sie mehr: `ulimit -n ZAHL` in der Shell, LimitNOFILE=ZAHL in der systemd-Unit.',
    },
  },
  'station.notRunning': {
    title: { en: 'The station does not run.', de: 'Die Station läuft nicht.' },
    remedy: {
      en: 'The station does not run. Its status says why; it is tried again by itself where that can help.',
      de: 'Ihr Status sagt warum; wo es helfen kann, wird es von selbst wieder versucht.',
    },
  },
  'internal.bug': {
    title: { en: 'This is a defect in Kerbside.', de: 'Das ist ein Fehler in Kerbside.' },
    remedy: {
      en: 'A defect in Kerbside. Please report it with the text of the message.',
      de: 'Bitte melden Sie ihn mit dem Text der Meldung.',
    },
  },
} as const;

/** The stable code of a reason. */
export type ErrorCode = keyof typeof errorCatalogue;

/** The one error class: a stable code, a message for this case, and from the catalogue what to do. */
export class KerbsideError extends Error {
  override readonly name: string = 'KerbsideError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** What a person can do about it. */
  get remedy(): string {
    return errorCatalogue[this.code].remedy.en;
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
