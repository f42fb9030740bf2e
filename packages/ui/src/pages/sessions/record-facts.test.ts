import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readOcmf, type OcmfReading } from '@kerbside/ocmf';

import { beginAndEnd, localDecimal } from './begin-end.ts';
import { headFacts, readingFacts, signatureFacts } from './record-facts.ts';
import { momentOf } from './reading-moment.ts';
import { recordWords, wordFor } from './record-words.ts';
import { sessionTexts } from './session-texts.ts';

/** Every field of OCMF 1.4, and one that a maker added. */
const payload = [
  '{"FV":"1.4","GI":"G","GS":"1","GV":"2","PG":"T12","MV":"V","MM":"M","MS":"S","MF":"3","IS":true,"IL":"VERIFIED"',
  '"IF":["RFID_PLAIN","NEW_FLAG"],"IT":"ISO14443","ID":"04A1","TT":"0,49 €","CF":"4","LC":{"LN":"cable","LI":1,"LR":2.50,"LU":"mOhm"}',
  '"CT":"EVSEID","CI":"DE*ABC*E1","U":{"constructor":1},"RD":[{"TM":"2018-07-24T13:22:04,000+0200 S","TX":"B","RV":2935.600,',
  '"RI":"01-00:B2.08.00*FF","RU":"kWh","RT":"DC","CL":0.10,"EF":"Et","ST":"G"}]}',
]
  .join(',')
  .replace(',,', ',');
const record = readOcmf(`OCMF|${payload}|{"SD":"3006020101020101"}`);

describe('a record, field by field', () => {
  for (const language of ['en', 'de']) {
    const words = recordWords(language);

    it(`names every field, and what each code means (${language === 'de' ? 'German' : 'English'})`, () => {
      const head = headFacts(record, words);
      const keys = [...'FV GI GS GV PG MV MM MS MF IS IL IF IT ID TT CF LC CT CI'.split(' '), 'U'];
      assert.deepEqual(
        head.map(({ key }) => key),
        keys,
      );
      const reading = record.readings.flatMap((one) => readingFacts(one, language, words));
      assert.deepEqual(
        reading.map(({ key }) => key),
        'TM TX RV RU RI RT CL ST EF'.split(' '),
      );
      const signature = signatureFacts(record, words);
      assert.deepEqual(
        signature.map(({ key }) => key),
        ['SA', 'SE', 'SM', 'SD'],
      );
      for (const { key, name } of [...head, ...reading, ...signature]) assert.notEqual(name, '', key);
      const explained = [...head, ...reading].filter(({ meaning }) => typeof meaning === 'string' && meaning !== '');
      assert.deepEqual(
        explained.map(({ key }) => key),
        'PG IS IL IF IT CT TM TX RV RI RT CL ST EF'.split(' '),
      );
    });
  }

  it('shows values exactly as the meter wrote them', () => {
    const reading = record.readings.flatMap((one) => readingFacts(one, 'en', recordWords('en')));
    const value = (key: string): unknown => reading.find((fact) => fact.key === key)?.value;
    assert.equal(value('RV'), '2935.600');
    assert.equal(value('CL'), '0.10');
    assert.equal(value('TM'), '2018-07-24T13:22:04,000+0200 S');
    const head = headFacts(record, recordWords('en'));
    const ofHead = (key: string): unknown => head.find((fact) => fact.key === key)?.value;
    assert.equal(ofHead('LC'), 'name: cable, number: 1, resistance: 2.50, unit: mOhm');
    assert.equal(ofHead('U'), '{"constructor":1}');
    assert.equal(ofHead('IF'), 'RFID_PLAIN, NEW_FLAG');
  });

  it('shows the time in the zone in which it was signed, with the worth of the clock in words', () => {
    const [fact] = record.readings.flatMap((one) => readingFacts(one, 'en-GB', recordWords('en')));
    assert.equal(fact?.meaning, '24 Jul 2018, 13:22:04 (UTC+2); synchronised with the legal time');
    assert.equal(momentOf('2018-07-24T13:22:04,000-0330 U', 'de'), '24.07.2018, 13:22:04 (UTC-3:30)');
    assert.equal(momentOf('2018-07-24T13:22:04,000+0000', 'en-GB'), '24 Jul 2018, 13:22:04 (UTC)');
    assert.equal(momentOf('yesterday', 'en'), null);
  });

  it('knows registers in hex and in decimals, and invents no meaning for others', () => {
    const meaning = (obis: string): unknown => {
      const [reading] = record.readings;
      assert.ok(reading !== undefined);
      const facts = readingFacts({ ...reading, obis }, 'en', recordWords('en'));
      return facts.find(({ key }) => key === 'RI')?.meaning;
    };
    assert.equal(meaning('1-b:1.8.0'), 'energy drawn');
    assert.equal(meaning('1-0:1.8.0*198'), 'energy drawn');
    assert.equal(meaning('01-00:B3.08.00*FF'), 'energy drawn in this session, at the vehicle');
    assert.equal(meaning('01-00:98.08.00.FF'), 'energy drawn, in a register of the maker');
    assert.equal(meaning('1-0:99.8.0'), null);
    assert.equal(meaning('constructor'), null);
  });
});

describe('the words', () => {
  it('are complete in both languages', () => {
    for (const texts of [recordWords, sessionTexts] as const) {
      const [english, german] = [texts('en'), texts('de-AT')];
      assert.deepEqual(shape(german), shape(english));
      assert.equal(texts('fr'), english);
    }
    assert.equal(wordFor(recordWords('en').level, 'constructor'), null);
  });

  it('cover every code of the standard', () => {
    const { level, idType, clock, event, state, flag } = recordWords('de');
    assert.equal(Object.keys(level).length, 10);
    assert.equal(Object.keys(idType).length, 18);
    assert.equal(Object.keys(flag).length, 17);
    assert.equal(Object.keys(clock).toSorted().join(''), 'IRSU');
    assert.equal(Object.keys(event).toSorted().join(''), 'ABCELPRSTX');
    assert.equal(Object.keys(state).toSorted().join(''), 'DEFGIMNORSTX');
  });
});

describe('begin and end', () => {
  const reading = (event: string, value: string, unit = 'kWh'): OcmfReading => {
    const [first] = record.readings;
    assert.ok(first !== undefined);
    return { ...first, event, value, unit };
  };
  const energy = (...readings: readonly OcmfReading[]): string | null | undefined =>
    beginAndEnd([{ ...record, readings }])?.energyKilowattHours;

  it('give the energy to the last digit', () => {
    assert.equal(energy(reading('B', '2935.600'), reading('E', '2965.100')), '29.500');
    assert.equal(energy(reading('B', '0.1'), reading('C', '0.2'), reading('L', '0.3')), '0.2');
    assert.equal(energy(reading('B', '12345', 'Wh'), reading('R', '23456', 'Wh')), '11.111');
    assert.equal(energy(reading('B', '9007199254740993'), reading('P', '9007199254740994.001')), '1.001');
  });

  it('are of the same register, whatever else stands beside it', () => {
    const exported = { ...reading('E', '77'), obis: '01-00:C2.08.00*FF' };
    assert.equal(energy(reading('B', '1.0'), reading('E', '3.5'), exported), '2.5');
    assert.equal(energy(reading('B', '1.0'), exported), undefined);
  });

  it('have the decimal sign of the language, and all their digits', () => {
    assert.equal(localDecimal('12345.6000', 'de-DE'), '12345,6000');
    assert.equal(localDecimal('12345.6000', 'en-GB'), '12345.6000');
  });

  it('are not made up', () => {
    assert.equal(energy(reading('B', '1')), undefined);
    assert.equal(energy(reading('E', '1')), undefined);
    assert.equal(energy(reading('B', '1'), reading('E', '1e3')), null);
    assert.equal(energy(reading('B', '1'), reading('E', '2', 'kVAh')), null);
  });
});

function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}
