/** What the parameters say in English when they refuse a value, and the same in German. `$1` … are what the pattern holds. */
const table: readonly (readonly [english: RegExp, german: string])[] = [
  [/^Must be true or false\.$/, 'Möglich sind true und false.'],
  [/^Must be a whole number (\d+)…(\d+)\.$/, 'Möglich ist eine ganze Zahl von $1 bis $2.'],
  [/^Must be (.+) or (\d+)…(\d+)\.$/, 'Möglich ist $1 oder eine ganze Zahl von $2 bis $3.'],
  [/^Must be one of (.+)\.$/, 'Möglich ist eines von: $1.'],
  [/^Must be one rotation, such as RST\.$/, 'Gemeint ist eine einzelne Drehfolge, etwa RST.'],
  [/^Must not be empty\.$/, 'Dies darf nicht leer sein.'],
  [/^Must have (\d+) to (\d+) characters; this has (\d+)\.$/, 'Möglich sind $1 bis $2 Zeichen; dies sind $3.'],
  [
    /^The value is longer than the (\d+) characters.*$/,
    'Der Wert ist länger als die $1 Zeichen, die OCPP tragen kann.',
  ],
  [/^"(.*)" is none of (.+)\.$/, '„$1“ ist keines von: $2.'],
  [/^At most (\d+) items are taken\.$/, 'Höchstens $1 werden angenommen.'],
  [/^"(.*)" is not a measurand of OCPP\.$/, '„$1“ ist keine Messgröße von OCPP.'],
  [/^At most (\d+) measurands are taken\.$/, 'Höchstens $1 Messgrößen werden angenommen.'],
  [
    /^At most (\d+) measurands are taken; this has (\d+)\.$/,
    'Höchstens $1 Messgrößen werden angenommen; dies sind $2.',
  ],
  [/^Only the host is wanted here\..*$/, 'Hierher gehört nur der Host, ohne ws:// und ohne Pfad.'],
  [/^A host name has no spaces.*$/, 'Ein Hostname hat keine Leerzeichen, Schrägstriche oder andere Sonderzeichen.'],
  [/^This is neither a host name nor an IP address\.$/, 'Das ist weder ein Hostname noch eine IP-Adresse.'],
  [/^An IPv4 address has four numbers.*$/, 'Eine IPv4-Adresse hat vier Zahlen, etwa 192.168.1.10.'],
  [
    /^A host name consists of parts.*$/,
    'Ein Hostname besteht aus Teilen von 1 bis 63 Buchstaben, Ziffern und Bindestrichen.',
  ],
  [/^This is not an IPv6 address\..*$/, 'Das ist keine IPv6-Adresse. Ein Port gehört in sein eigenes Feld.'],
  [/^Only the path is wanted here\..*$/, 'Hierher gehört nur der Pfad, ohne ws:// und ohne Host.'],
  [/^A path has no spaces, backslashes or #\.$/, 'Ein Pfad hat keine Leerzeichen, umgekehrten Schrägstriche oder #.'],
  [/^A path has no segments.*$/, 'Ein Pfad hat keine Teile „.“ oder „..“.'],
  [/^A % in a path must.*$/, 'Nach einem % im Pfad müssen zwei hexadezimale Ziffern stehen.'],
  [/^The path contains broken characters\.$/, 'Der Pfad enthält beschädigte Zeichen.'],
  [
    /^This is no name of a time zone.*$/,
    'Das ist kein Name einer Zeitzone; möglich ist etwa Europe/Berlin, Europe/Vienna oder UTC.',
  ],
  [/^The identity contains control characters\.$/, 'Die Identität enthält Steuerzeichen.'],
  [/^The identity begins or ends with a space\.$/, 'Die Identität beginnt oder endet mit einem Leerzeichen.'],
  [/^This identity cannot stand in a URL\.$/, 'Diese Identität kann nicht in einer Adresse stehen.'],
  [/^The key must have 32 to 40.*$/, 'Der Schlüssel muss 32 bis 40 hexadezimale Ziffern haben, eine gerade Anzahl.'],
  [/^The password contains control characters\.$/, 'Das Passwort enthält Steuerzeichen.'],
  [/^After hex: an even number.*$/, 'Nach „hex:“ gehört eine gerade Anzahl hexadezimaler Ziffern.'],
  [/^The proxy is written HOST:PORT, without.*$/, 'Der Proxy wird HOST:PORT geschrieben, ohne http://.'],
  [
    /^The proxy is written HOST or HOST:PORT.*$/,
    'Der Proxy wird HOST oder HOST:PORT geschrieben; IPv6-Adressen in Klammern.',
  ],
  [/^The port of the proxy must be.*$/, 'Der Port des Proxys muss zwischen 1 und 65535 liegen.'],
  [/^A token has at least 16.*$/, 'Ein Token hat mindestens 16 Zeichen ohne Leerzeichen.'],
  [/^The text contains control characters\.$/, 'Der Text enthält Steuerzeichen.'],
  [/^“(.*)” is not of the form KIND=.*$/, '„$1“ hat nicht die Form ART=WORT,WORT.'],
  [/^(\w+) is named twice\.$/, '$1 kommt zweimal vor.'],
  [
    /^"(.*)" is no EVSE ID; one is such as (.+), with at most (\d+) characters\.$/,
    '„$1“ ist keine EVSE-ID; eine ist etwa $2, mit höchstens $3 Zeichen.',
  ],
  [/^There is no connector (\d+); the station has (\d+)\.$/, 'Es gibt keinen Ladepunkt $1; die Station hat $2.'],
  [/^There is no parameter "(.*)"\..*$/, 'Einen Parameter „$1“ gibt es nicht.'],
  [/^Only the manufacturer may change this value\.$/, 'Diesen Wert darf nur der Hersteller ändern.'],
  [/^The value comes from the station and is read only\.$/, 'Diesen Wert gibt die Station selbst vor.'],
  [
    /^The value belongs to the daemon\. Set (\S+) or.*$/,
    'Der Wert gehört zum ganzen Prozess. Setzen Sie $1 oder die Konfigurationsdatei.',
  ],
  [/^The value is pinned by (.+)\. Change it there\.$/, 'Der Wert ist festgelegt durch $1. Ändern Sie ihn dort.'],
  [/^Calibration law fixes the value.*$/, 'Das Eichrecht legt den Wert fest, solange eichrecht.applies gilt.'],
  [
    /^No meter of this station can sign within.*$/,
    'Kein Zähler dieser Station kann während einer Transaktion signieren.',
  ],
  [
    /^An identity with a colon cannot.*$/,
    'Eine Identität mit Doppelpunkt geht nicht zusammen mit einem Passwort: Basic Authentication trennt die beiden durch einen Doppelpunkt.',
  ],
  [
    /^With password encoding hex.*$/,
    'Mit der Schreibweise hex muss das Passwort aus einer geraden Anzahl hexadezimaler Ziffern bestehen.',
  ],
  [
    /^The station has no certificate to log in.*$/,
    'Die Station hat kein Zertifikat, mit dem sie sich anmelden könnte. Lassen Sie zuerst eines ausstellen.',
  ],
  [
    /^This would lower the security profile from (\d) to (\d).*$/,
    'Das würde das Sicherheitsprofil von $1 auf $2 senken; das darf nur der Hersteller vor Ort.',
  ],
  [
    /^A car that begins by itself needs an identifier.*$/,
    'Ein Auto, das von selbst beginnt, braucht eine Kennung für die Abrechnung: Setzen Sie auch authorization.inDoubtTag.',
  ],
  [
    /^A car that began by itself ends by.*$/,
    'Ein Auto, das von selbst begann, endet mit dem Ausstecken; das beendet hier aber keine Transaktion: Nur das Backend könnte sie beenden.',
  ],
  [
    /^Free charging in this mode needs.*$/,
    'Freies Laden braucht in diesem Modus eine Kennung: Setzen Sie zuerst authorization.freeChargingTag (RfidTagFreeCharging).',
  ],
  [
    /^Where calibration law is on, the backend gets.*$/,
    'Mit Eichrecht erhält das Backend Anfang und Ende signiert: SampledDataSignReadings bleibt an.',
  ],
  [
    /^The longest redial wait must not be shorter.*$/,
    'Die längste Wartezeit vor einem neuen Versuch darf nicht kürzer sein als die kürzeste.',
  ],
  [
    /^The keep-alive interval should be shorter than attempts × retry interval \((\d+) s\)\.$/,
    'Das Keep-alive-Intervall sollte kürzer sein als Versuche × Wiederholzeit ($1 s).',
  ],
  [
    /^The longest retry interval is shorter.*$/,
    'Die längste Wiederholzeit ist kürzer als die Wiederholzeit und begrenzt sie.',
  ],
  [
    /^The path ends with the identity.*$/,
    'Der Pfad endet mit der Identität; die Station hängt sie selbst an, die Adresse würde sie also zweimal nennen.',
  ],
  [
    /^TLS verification is (\w+): somebody.*$/,
    'Die TLS-Prüfung steht auf $1: Jemand auf dem Weg könnte sich als Backend ausgeben.',
  ],
  [
    /^The client certificate is not used, because.*$/,
    'Das Zertifikat der Station wird nicht benutzt, weil die Verbindung unverschlüsselt ist (backend.protocol).',
  ],
  [
    /^The new settings did not work \((\d+) attempts in (\d+) min\).*$/,
    'Keine Verbindung in $1 Versuchen ($2 min); die letzten guten Einstellungen gelten wieder.',
  ],
  [
    /^The new backend answered BootNotification with Rejected for 24 h.*$/,
    'Das neue Backend hat die Station 24 Stunden lang abgelehnt (Rejected); die letzten guten Einstellungen gelten wieder.',
  ],
  [/^The value is masked\..*$/, 'Der Wert ist verdeckt. Geben Sie das Geheimnis selbst ein.'],
];

/** What the parameters said, in German; what has no German here stays as it is. */
export function inGerman(reason: string): string {
  for (const [english, german] of table) if (english.test(reason)) return reason.replace(english, german);
  return reason;
}
