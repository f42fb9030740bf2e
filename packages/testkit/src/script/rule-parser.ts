import { isRecord } from '@kerbside/station';

import { TestkitError } from '../testkit-error.ts';
import type { Rule } from './rule.ts';

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown) => string | undefined;

interface Member {
  readonly required?: true;
  readonly check: Check;
}

const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'must be a text that is not empty';
const anyText: Check = (value) => (typeof value === 'string' ? undefined : 'must be a text');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const object: Check = (value) => (isRecord(value) ? undefined : 'must be an object');
const nameOrNull: Check = (value) => (value === null ? undefined : text(value));

function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? undefined
      : `must be a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`;
}

/** The codes that may stand in a close frame (RFC 6455 7.4). */
const closeCode: Check = (value) => {
  const code = typeof value === 'number' && Number.isInteger(value) ? value : 0;
  const sendable =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  return sendable
    ? undefined
    : 'must be a WebSocket close code that may be sent, such as 1000, 1001, 1011, 1012 or 3000 to 4999';
};

function oneOf(...names: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && names.includes(value) ? undefined : `must be one of ${names.join(', ')}`;
}

function must(check: Check): Member {
  return { required: true, check };
}

function may(check: Check): Member {
  return { check };
}

const milliseconds = integer(0);
const endMoment = may(oneOf('instead', 'after'));

const triggerMembers: Readonly<Record<string, Member>> = {
  action: must(text),
  identity: may(text),
  payload: may(object),
  nth: may(integer(1)),
  from: may(integer(1)),
  times: may(integer(1)),
};

const sendMembers: Readonly<Record<string, Member>> = {
  action: must(text),
  payload: may(object),
  when: may(oneOf('before', 'after')),
};

/** The members of `do`, each with the members of its value. */
const behaviourMembers: Readonly<Record<string, Readonly<Record<string, Member>>>> = {
  delay: { ms: must(milliseconds) },
  lateAnswer: { ms: must(milliseconds) },
  callError: { code: must(text), description: may(anyText), booked: may(flag) },
  noAnswer: { booked: may(flag) },
  answer: { merge: may(object), replace: may(object) },
  boot: { status: must(oneOf('Accepted', 'Pending', 'Rejected')), interval: must(integer(0)) },
  duplicateAnswer: { times: may(integer(1)) },
  garbage: { text: must(anyText), when: may(oneOf('before', 'instead', 'after')) },
  send: sendMembers,
  close: { code: must(closeCode), reason: may(anyText), when: endMoment },
  drop: { when: endMoment },
  halfOpen: { when: endMoment },
  ignorePings: {},
  refuseUpgrade: { status: must(integer(300, 599)) },
  selectSubProtocol: { name: must(nameOrNull) },
  refuseTcp: {},
  stall: { stage: must(oneOf('dns', 'tcp', 'tls', 'upgrade')) },
  dnsFailure: { code: may(text) },
};

const connectOnly = ['refuseUpgrade', 'selectSubProtocol', 'refuseTcp', 'stall', 'dnsFailure'];
const openOnly = ['ignorePings'];
const linkAndCalls = ['send', 'close', 'drop', 'halfOpen', 'garbage'];

/** Reads rules from unknown data. @throws TestkitError `rules.invalid`, naming the place */
export function parseRules(data: unknown): readonly Rule[] {
  if (!Array.isArray(data)) throw invalid('rules', 'must be a list');
  data.forEach((rule, index) => checkRule(rule, `rules[${index}]`));
  return data as readonly Rule[];
}

function checkRule(rule: unknown, place: string): void {
  const { on, do: behaviour } = members(rule, place, { name: may(text), on: must(object), do: must(object) });
  const trigger = members(on, `${place}.on`, triggerMembers);
  if (trigger['nth'] !== undefined && (trigger['from'] !== undefined || trigger['times'] !== undefined)) {
    throw invalid(`${place}.on`, 'has nth together with from or times; use one or the other');
  }
  checkBehaviour(behaviour, `${place}.do`, String(trigger['action']));
}

function checkBehaviour(value: unknown, place: string, action: string): void {
  if (!isRecord(value) || Object.keys(value).length === 0) throw invalid(place, 'must say what to do');
  for (const [name, setting] of Object.entries(value)) {
    const known = behaviourMembers[name];
    if (known === undefined) throw unknownMember(`${place}.${name}`, Object.keys(behaviourMembers));
    checkFits(name, action, place);
    const settings: readonly unknown[] = name === 'send' && Array.isArray(setting) ? setting : [setting];
    for (const one of settings) members(one, `${place}.${name}`, known);
  }
  if ('answer' in value) checkAnswer(value['answer'], `${place}.answer`);
}

function checkAnswer(value: unknown, place: string): void {
  const given = isRecord(value) ? ['merge', 'replace'].filter((name) => value[name] !== undefined) : [];
  if (given.length !== 1) throw invalid(place, 'must have either merge or replace');
}

function checkFits(name: string, action: string, place: string): void {
  const fits =
    action === '@connect'
      ? connectOnly.includes(name)
      : action === '@open'
        ? openOnly.includes(name) || linkAndCalls.includes(name)
        : !connectOnly.includes(name) && !openOnly.includes(name);
  if (!fits) throw invalid(`${place}.${name}`, `cannot be done on ${action}`);
  if (name === 'boot' && action !== 'BootNotification') throw invalid(`${place}.boot`, 'is for BootNotification only');
  if (action.startsWith('@') && action !== '@connect' && action !== '@open') {
    throw invalid(place.replace(/\.do$/, '.on.action'), 'must be an OCPP action, *, @connect or @open');
  }
}

function members(
  value: unknown,
  place: string,
  known: Readonly<Record<string, Member>>,
): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw invalid(place, 'must be an object');
  for (const name of Object.keys(value)) {
    if (!(name in known)) throw unknownMember(`${place}.${name}`, Object.keys(known));
  }
  for (const [name, { required, check }] of Object.entries(known)) {
    const member = value[name];
    if (member === undefined && required !== true) continue;
    const problem = member === undefined ? 'is missing' : check(member);
    if (problem !== undefined) throw invalid(`${place}.${name}`, problem);
  }
  return value;
}

function unknownMember(place: string, known: readonly string[]): TestkitError {
  return invalid(
    place,
    known.length === 0 ? 'is unknown; nothing is expected here' : `is unknown; known are ${known.join(', ')}`,
  );
}

function invalid(place: string, problem: string): TestkitError {
  return new TestkitError('rules.invalid', `${place} ${problem}.`);
}
