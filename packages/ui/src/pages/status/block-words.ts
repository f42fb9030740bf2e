/** What blocks, and what to do about it. */
export interface BlockWords {
  readonly sentence: string;
  readonly remedy: string;
}

/** A block, as the daemon tells it. */
export interface Block {
  readonly cause: string;
  readonly sentence?: string;
  readonly remedy?: string;
  /** What is particular about this case. */
  readonly detail?: string;
}

/** The causes of the calibration law in German; in English the daemon says them itself. */
const german: Readonly<Record<string, BlockWords>> = {
  meterLost: {
    sentence: 'Der Zähler antwortet nicht, also ist nichts für eine Rechnung messbar.',
    remedy: 'Prüfen Sie Strom und Leitungen des Zählers; Laden ist wieder möglich, sobald er antwortet.',
  },
  meterFailed: {
    sentence: 'Der Zähler sagt selbst, dass seine Werte nicht verwendet werden dürfen.',
    remedy:
      'Lassen Sie den Zähler reparieren oder tauschen; Laden ist wieder möglich, sobald er meldet, dass er gut ist.',
  },
  meterReplaced: {
    sentence: 'Der Zähler hat eine andere Seriennummer als der in Betrieb genommene.',
    remedy: 'Bauen Sie den alten Zähler wieder ein, oder lassen Sie den Hersteller den neuen in Betrieb nehmen.',
  },
  meterShared: {
    sentence:
      'Der Zähler hat die Seriennummer des Zählers eines anderen Anschlusses; seine Datensätze gehören zu keinem von beiden.',
    remedy:
      'Geben Sie jedem Anschluss einen eigenen Zähler; Laden ist wieder möglich, sobald sich die Seriennummern unterscheiden.',
  },
  keyChanged: {
    sentence: 'Der Zähler signiert mit einem anderen Schlüssel als bei der Inbetriebnahme.',
    remedy: 'Klären Sie, wer ihn geändert hat; ist er rechtmäßig, nimmt der Hersteller ihn in Betrieb.',
  },
  keyMissing: {
    sentence: 'Der Zähler hat keinen Schlüssel, mit dem er signieren könnte.',
    remedy:
      'Lassen Sie den Zähler reparieren oder tauschen; Laden ist wieder möglich, sobald er den Schlüssel von der Inbetriebnahme hat.',
  },
  componentChanged: {
    sentence:
      'Der versiegelte Baustein, der signiert, hat eine andere Version oder Prüfsumme als bei der Inbetriebnahme.',
    remedy: 'Spielen Sie die alte Software wieder ein, oder lassen Sie den Hersteller die neue in Betrieb nehmen.',
  },
  clockUnset: {
    sentence: 'Die Uhr des Zählers ist nicht gestellt; seine Ablesungen hätten keine Zeit.',
    remedy:
      'Warten Sie, bis die Station die Zeit hat und den Zähler stellt; tut sie es nicht, verbinden Sie sie mit ihrem Backend.',
  },
  openInMeter: {
    sentence: 'Im Zähler ist noch ein früherer Ladevorgang offen.',
    remedy: 'Warten Sie, bis die Station ihn geschlossen hat; dauert das länger als Minuten, starten Sie sie neu.',
  },
  notSigning: {
    sentence: 'Das Eichrecht ist hier eingeschaltet, und der Zähler gibt keine signierten Daten.',
    remedy: 'Bauen Sie einen signierenden Zähler ein, oder lassen Sie den Hersteller eichrecht.mode auf auto stellen.',
  },
  archiveFull: {
    sentence:
      'Signierte Datensätze, die das Backend nicht angenommen hat, füllen den Speicher, und keiner davon darf entfernt werden.',
    remedy:
      'Sorgen Sie dafür, dass das Backend sie annimmt (kerbside eichrecht status), oder lassen Sie den Hersteller mehr Platz einräumen.',
  },
  archiveDamaged: {
    sentence: 'Gespeicherte signierte Datensätze wurden verändert oder fehlen.',
    remedy: 'Exportieren Sie, was da ist, und klären Sie den Grund; danach gibt der Hersteller die Station frei.',
  },
  undelivered: {
    sentence: 'Das Backend nahm signierte Daten dieses Anschlusses in allen erlaubten Versuchen nicht an.',
    remedy:
      'Sorgen Sie dafür, dass das Backend sie annimmt, und senden Sie sie erneut, oder geben Sie den Anschluss frei.',
  },
};

/** The words for a block as the daemon tells it, in the browser's language; the daemon's own where there are no others. */
export function blockWords(language: string, block: Block): BlockWords {
  const { cause } = block;
  const known = /^de\b/i.test(language) && Object.hasOwn(german, cause) ? german[cause] : undefined;
  return known ?? { sentence: block.sentence ?? '', remedy: block.remedy ?? '' };
}
