import type { Finding } from '@kerbside/ocmf';

/** The rules in German, by their codes; in English the rules say themselves what is wrong, with the values. */
const german: Readonly<Record<string, string>> = {
  'version.missing': 'Der Datensatz nennt keine Version seines Formats (FV).',
  'version.new': 'Die Version des Formats (FV) ist neuer, als die Transparenzsoftware lesen kann.',
  'pagination.missing': 'Der Datensatz hat keine Nummer (PG); es fiele nicht auf, wenn einer fehlt.',
  'serial.missing': 'Der Datensatz nennt die Seriennummer weder des Zählers (MS) noch des signierenden Geräts (GS).',
  'level.refused': 'Die Person wurde nicht anerkannt (IL).',
  'unit.missing': 'Die erste Ablesung hat keine Einheit (RU).',
  'unit.unknown': 'Ein Energieregister hat eine andere Einheit als Wh oder kWh (RU).',
  'unit.mixed': 'Das Register ist teils in Wh, teils in kWh geschrieben (RU).',
  'status.missing': 'Die erste Ablesung nennt keinen Zustand des Zählers (ST).',
  'time.unreadable': 'Eine Zeit (TM) ist nicht lesbar.',
  'time.status': 'Eine Ablesung sagt nicht, was ihre Zeit wert ist (TM).',
  'time.unknown': 'Die Uhr des Zählers war nicht gestellt; die Zeit (TM) ist nur geschätzt.',
  'value.unreadable': 'Ein Wert (RV) ist keine Dezimalzahl.',
  'meter.status': 'Der Zähler meldete nicht, dass es ihm gut geht (ST).',
  'energy.unusable': 'Der Zähler sagt selbst, dass seine Energie nicht verwendbar ist (EF).',
  'time.unusable': 'Der Zähler sagt selbst, dass seine Zeit nicht verwendbar ist (EF).',
  'begin.several': 'Der Datensatz hat mehr als einen Beginn.',
  'end.several': 'Der Datensatz hat mehr als ein Ende.',
  'register.back': 'Das Register läuft rückwärts, oder die Einheiten sind verschieden.',
  'time.back': 'Die Zeit läuft rückwärts.',
  'time.relative': 'Der Beginn hat eine relative Zeit, das Ende nicht.',
  'register.other': 'Keine Ablesung nennt ein Energieregister, das rechtlich zählt (RI).',
  'session.begin': 'Dem Ladevorgang fehlt der Beginn.',
  'session.end': 'Dem Ladevorgang fehlt das Ende.',
  'session.several': 'Der Ladevorgang hat mehr als einen Beginn oder mehr als ein Ende.',
  'session.differs':
    'Die Datensätze des Ladevorgangs nennen nicht denselben Zähler, dieselbe Person oder denselben Ladepunkt.',
  'session.pagination': 'Die Nummern der Datensätze (PG) steigen nicht.',
  'session.register': 'Das Register läuft vom Beginn zum Ende rückwärts, oder die Einheiten sind verschieden.',
  'session.units': 'Das Register ist am Beginn in einer anderen Einheit geschrieben als am Ende (RU).',
  'session.time': 'Die Zeit läuft vom Beginn zum Ende rückwärts.',
  'session.relative': 'Der Beginn hat eine relative Zeit, das Ende nicht.',
};

/** What a rule found, in the browser's language. */
export function findingText(finding: Finding, language: string): string {
  const known = /^de\b/i.test(language) && Object.hasOwn(german, finding.code);
  return (known ? german[finding.code] : undefined) ?? finding.sentence;
}
