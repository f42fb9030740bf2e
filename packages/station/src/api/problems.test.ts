import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { errorCatalogue, KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { apiRefusals } from './refusal-table.ts';
import { inLanguage, isProblem, ok, problemList, refusalOf, refuse, refuseWith } from './refusals.ts';

describe('problem details', () => {
  it('has a sentence for every code, and what to do, in English and in German', () => {
    const codes = problemList().map(({ code }) => code);
    assert.deepEqual(codes, [...Object.keys(errorCatalogue), ...Object.keys(apiRefusals)].toSorted());
    for (const { code, type, status, title, remedy } of problemList()) {
      assert.equal(type, `urn:kerbside:problem:${code}`);
      assert.ok(status >= 400 && status <= 599, code);
      for (const text of [title.en, title.de]) assert.match(text, /^\p{Lu}.+\.$/u, code);
      assert.notEqual(title.en, title.de, code);
      assert.notEqual(remedy.en, remedy.de, code);
    }
  });

  it('has type, title, status, detail, code and remedy, and members of its own', () => {
    const reply = refuseWith('config.changedSince', 'It is 60 by now.', { now: '60' });
    const { title, remedy } = errorCatalogue['config.changedSince'];
    assert.deepEqual(reply.body, {
      type: 'urn:kerbside:problem:config.changedSince',
      title: title.en,
      status: 409,
      detail: 'It is 60 by now.',
      code: 'config.changedSince',
      remedy: remedy.en,
      now: '60',
    });
    assert.ok(isProblem(reply) && !isProblem(ok({ type: 'urn:kerbside:problem:x' })));
  });

  it('changes its language without touching what is concerned', () => {
    const german = inLanguage(refuse('api.badRequest', 'The body has no "value".'), 'de').body;
    assert.ok(isRecord(german));
    assert.equal(german['title'], apiRefusals['api.badRequest'].title.de);
    assert.equal(german['remedy'], apiRefusals['api.badRequest'].remedy.de);
    assert.equal(german['detail'], 'The body has no "value".');
  });

  it('tells of a defect only that there is one', () => {
    const told = JSON.stringify(refusalOf(new TypeError('secret-in-a-stack')).body);
    assert.doesNotMatch(told, /secret-in-a-stack/);
    const known = refusalOf(new KerbsideError('store.unavailable', 'The disk is full.')).body;
    assert.ok(isRecord(known) && known['detail'] === 'The disk is full.');
  });
});
