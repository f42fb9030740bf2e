import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readOcmf, type OcmfRecord } from './record.ts';
import { recordFindings, sessionFindings } from './rules.ts';
import { payloadText, type ReadingFields } from './test-records.ts';

type Head = Readonly<Record<string, string | boolean | null>>;

function record(head: Head = {}, readings: readonly ReadingFields[] = [{}]): OcmfRecord {
  return readOcmf(`OCMF|${payloadText(head, readings)}|{"SD":"3006020101020101"}`);
}

function codes(head: Head, readings?: readonly ReadingFields[]): readonly string[] {
  return recordFindings(record(head, readings)).map(({ code }) => code);
}

const later = '2026-07-24T14:00:00,000+0200 S';
const end: ReadingFields = { TX: 'E', RV: '2940.100', TM: later };

describe('the rules of one record', () => {
  it('find nothing in a begin, an end, both together, or a reading in between', () => {
    for (const readings of [
      [{}],
      [end],
      [{}, end],
      [{ TX: 'C' }],
      ...['L', 'R', 'A', 'P'].map((TX) => [{}, { ...end, TX }]),
    ]) {
      assert.deepEqual(codes({}, readings), []);
    }
  });

  const cases: readonly (readonly [string, Head, readonly ReadingFields[], readonly string[]])[] = [
    ['no version', { FV: null }, [{}], ['version.missing']],
    ['a version that the public software cannot read', { FV: '1.4' }, [{}], ['version.new']],
    ['a version that is none', { FV: 'new' }, [{}], ['version.new']],
    ['no number', { PG: null }, [{}], ['pagination.missing']],
    ['a number in another form', { PG: '12' }, [{}], ['pagination.missing']],
    ['no serial number', { MS: '' }, [{}], ['serial.missing']],
    ['a user that was not accepted', { IL: 'MISMATCH' }, [{}], ['level.refused']],
    ['an unknown user', { IL: 'UNKNOWN' }, [{}], ['level.refused']],
    ['no unit', {}, [{ RU: null }], ['unit.missing']],
    ['another unit than of energy', {}, [{ RU: 'MWh' }], ['unit.unknown']],
    ['two units', {}, [{ RU: 'Wh', RV: '2935600.0' }, end], ['unit.mixed']],
    ['no status of the meter', {}, [{ ST: null }], ['status.missing']],
    ['a status other than good', {}, [{}, { ...end, ST: 'T' }], ['meter.status']],
    ['energy that cannot be used', {}, [{ EF: 'E' }], ['energy.unusable']],
    ['time that cannot be used', {}, [{ EF: 't' }], ['time.unusable']],
    ['a time that cannot be read', {}, [{ TM: '2026-07-24T13:22:04.000Z' }], ['time.unreadable', 'time.status']],
    ['a time without what it is worth', {}, [{ TM: '2026-07-24T13:22:04,000+0200' }], ['time.status']],
    ['a clock that was not set', {}, [{ TM: '2026-07-24T13:22:04,000+0200 U' }], ['time.unknown']],
    ['a register with a comma', {}, [{ RV: '"12,5"' }], ['value.unreadable']],
    ['two begins', {}, [{}, { TM: later }], ['begin.several']],
    ['two ends', {}, [{}, end, { ...end, TX: 'L' }], ['end.several']],
    ['a register that goes back', {}, [{}, { ...end, RV: '2935.599' }], ['register.back']],
    [
      'a register that goes back in another unit',
      {},
      [{}, { ...end, RU: 'Wh', RV: '2935599.9' }],
      ['unit.mixed', 'register.back'],
    ],
    ['a time that goes back', {}, [{}, { ...end, TM: '2026-07-24T13:22:04,000+0300 S' }], ['time.back']],
    ['a relative begin without a relative end', {}, [{ TM: '2026-07-24T13:22:04,000+0200 R' }, end], ['time.relative']],
    ['a register that does not count energy taken', {}, [{ RI: '01-00:02.08.00*FF' }], ['register.other']],
  ];
  for (const [what, head, readings, expected] of cases) {
    it(`find ${what}`, () => {
      assert.deepEqual(codes(head, readings), expected);
      for (const { sentence } of recordFindings(record(head, readings))) assert.match(sentence, /^[A-Z0-9].*\.$/);
    });
  }

  it('look at the registers of energy taken, however they are written', () => {
    const relevant = [
      '1-b:1.8.0',
      '1-0:1.8.0*255',
      '01-00:98.08.00*FF',
      '01-00:9E.08.00*FF',
      '01-00:B0.08.00*FF',
      '01-00:b3.08.00*ff',
      '01-00:BF.08.00*FF',
      '01-00:C7.08.00*00',
      '1-0:1.8.0*200',
    ];
    for (const RI of relevant) assert.deepEqual(codes({}, [{ RI }]), [], RI);
    for (const RI of ['2-0:1.8.0', '1-0:1.7.0', '01-00:C8.08.00*FF', '01-00:B2.08.00*01', '']) {
      assert.deepEqual(codes({}, [{ RI }]), ['register.other'], RI);
    }
  });

  it('look at one register only, when a record carries others beside it', () => {
    const other = { RI: '01-00:C2.08.00*FF', RV: '0.000' };
    assert.deepEqual(codes({}, [{}, other, end, { ...other, ...end, RV: '0.000' }]), []);
  });

  it('take a register as the text it is written as, not as a float', () => {
    const readings = [{ RV: '9007199254740993.2' }, { ...end, RV: '9007199254740993.1' }];
    assert.deepEqual(codes({}, readings), ['register.back']);
    assert.deepEqual(codes({}, [{ RV: '2935.6' }, { ...end, RV: '2935.600' }]), [], 'nothing was taken');
  });
});

describe('the rules of a session', () => {
  const sessionCodes = (...records: readonly OcmfRecord[]): readonly string[] =>
    sessionFindings(records).map(({ code }) => code);
  const begin = record({}, [{}]);
  const over = record({ PG: 'T2' }, [end]);

  it('find nothing in begin and end, in one record or in two, with readings in between', () => {
    assert.deepEqual(sessionCodes(begin, over), []);
    assert.deepEqual(sessionCodes(record({}, [{}, end])), []);
    const between = record({ PG: 'T2' }, [{ TX: 'C', RV: '2936.000', TM: '2026-07-24T13:30:00,000+0200 S' }]);
    assert.deepEqual(sessionCodes(begin, between, record({ PG: 'T3' }, [end])), []);
  });

  const cases: readonly (readonly [string, readonly OcmfRecord[], readonly string[]])[] = [
    ['no record', [], ['session.begin', 'session.end']],
    ['no end', [begin], ['session.end']],
    ['no begin', [over], ['session.begin']],
    ['two begins', [begin, record({ PG: 'T2' }, [{}]), record({ PG: 'T3' }, [end])], ['session.several']],
    ['another meter', [begin, record({ PG: 'T2', MS: 'M-2' }, [end])], ['session.differs']],
    ['another person', [begin, record({ PG: 'T2', ID: 'FF' }, [end])], ['session.differs']],
    ['numbers that do not rise', [begin, record({ PG: 'T1' }, [end])], ['session.pagination']],
    ['a register that goes back', [begin, record({ PG: 'T2' }, [{ ...end, RV: '2935.5' }])], ['session.register']],
    ['registers in two units', [begin, record({ PG: 'T2' }, [{ ...end, RU: 'Wh', RV: '2940100' }])], ['session.units']],
    [
      'a time that goes back',
      [begin, record({ PG: 'T2' }, [{ ...end, TM: '2026-07-24T13:22:03,999+0200 S' }])],
      ['session.time'],
    ],
    [
      'a relative begin without a relative end',
      [record({}, [{ TM: '2026-07-24T13:22:04,000+0200 R' }]), over],
      ['session.relative'],
    ],
  ];
  for (const [what, records, expected] of cases) {
    it(`find ${what}`, () => assert.deepEqual(sessionCodes(...records), expected));
  }
});
