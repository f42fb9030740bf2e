import { object, oneOf, text } from '../../drivers/shape.ts';
import { KerbsideError } from '../../core/errors.ts';
import { includesRole } from '../../params/permission.ts';
import type { Accounts } from '../access/accounts.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { ApiCall, Route, RouteParameter } from '../route.ts';
import { apiBase } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import type { ApiRole } from '../token-gate.ts';

const roles = ['viewer', 'operator', 'manufacturer'] as const;
const newUser = object({ name: text(0, 100), role: oneOf(roles) });
const userChange = object({ role: oneOf(roles) });
const newToken = object({ name: text(0, 200), role: oneOf(roles) });

const name: RouteParameter = {
  name: 'name',
  in: 'path',
  description: 'The user; letter case does not count.',
  schema: { type: 'string' },
};
const id: RouteParameter = { name: 'id', in: 'path', description: 'The id of the token.', schema: { type: 'string' } };
const role = { enum: roles } as const;
const nameAndRole = {
  type: 'object',
  properties: { name: { type: 'string' }, role },
  required: ['name', 'role'],
} as const;
const told = { description: 'Done; the password is told this once.', schema: ref('FreshSecret') } as const;

/** Accounts of people and tokens of programs. Operators care for viewers and operators, manufacturers for everybody. */
export const accountRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${apiBase}/users`,
    id: 'listUsers',
    tag: 'access',
    summary: 'Who may sign in',
    access: 'operator',
    responses: { 200: { description: 'The accounts.', schema: { type: 'array', items: ref('User') } } },
    handle: (call) => ok(toJson(accountsOf(call).users)),
  },
  {
    method: 'POST',
    path: `${apiBase}/users`,
    id: 'createUser',
    tag: 'access',
    summary: 'Make an account',
    description: 'Its password is made here, told once, and has to be changed at the first sign-in.',
    access: 'operator',
    requestBody: nameAndRole,
    responses: { 201: told },
    handle: async (call) => {
      const checked = checkBody(newUser, call.body);
      if (!checked.ok) return checked.reply;
      const { value } = checked;
      const reply = beyond(call, value.role);
      if (reply !== null) return reply;
      const password = await accountsOf(call).create(value.name, value.role);
      note(call, `made the user "${value.name}" (${value.role})`);
      return ok({ name: value.name, password }, 201);
    },
  },
  {
    method: 'PATCH',
    path: `${apiBase}/users/{name}`,
    id: 'changeUser',
    tag: 'access',
    summary: 'Give an account another role',
    access: 'operator',
    parameters: [name],
    requestBody: { type: 'object', properties: { role }, required: ['role'] },
    responses: { 200: { description: 'The accounts.', schema: { type: 'array', items: ref('User') } } },
    handle: async (call) => {
      const checked = checkBody(userChange, call.body);
      if (!checked.ok) return checked.reply;
      const reply = beyondUser(call) ?? beyond(call, checked.value.role);
      if (reply !== null) return reply;
      const accounts = accountsOf(call);
      await accounts.changeRole(call.path('name'), checked.value.role);
      note(call, `gave the user "${call.path('name')}" the role ${checked.value.role}`);
      return ok(toJson(accounts.users));
    },
  },
  {
    method: 'POST',
    path: `${apiBase}/users/{name}/password`,
    id: 'resetPassword',
    tag: 'access',
    summary: 'Give an account a new password',
    description:
      'It is told once and has to be changed at the next sign-in; all browsers of this person are signed out.',
    access: 'operator',
    parameters: [name],
    responses: { 200: told },
    handle: async (call) => {
      const reply = beyondUser(call);
      if (reply !== null) return reply;
      const password = await accountsOf(call).reset(call.path('name'));
      note(call, `gave the user "${call.path('name')}" a new password`);
      signOutAll(call);
      return ok({ name: call.path('name'), password });
    },
  },
  {
    method: 'DELETE',
    path: `${apiBase}/users/{name}`,
    id: 'removeUser',
    tag: 'access',
    summary: 'Take an account away',
    access: 'operator',
    parameters: [name],
    responses: { 200: { description: 'The accounts that are left.', schema: { type: 'array', items: ref('User') } } },
    handle: async (call) => {
      const reply = beyondUser(call);
      if (reply !== null) return reply;
      const accounts = accountsOf(call);
      signOutAll(call);
      await accounts.remove(call.path('name'));
      note(call, `removed the user "${call.path('name')}"`);
      return ok(toJson(accounts.users));
    },
  },
  {
    method: 'GET',
    path: `${apiBase}/tokens`,
    id: 'listTokens',
    tag: 'access',
    summary: 'The tokens of programs',
    access: 'operator',
    responses: {
      200: { description: 'Without the tokens themselves.', schema: { type: 'array', items: ref('ApiToken') } },
    },
    handle: (call) => ok(toJson(accountsOf(call).tokens)),
  },
  {
    method: 'POST',
    path: `${apiBase}/tokens`,
    id: 'createToken',
    tag: 'access',
    summary: 'Make a token for a program',
    access: 'operator',
    requestBody: nameAndRole,
    responses: { 201: { description: 'The token, told this once.', schema: ref('FreshSecret') } },
    handle: async (call) => {
      const checked = checkBody(newToken, call.body);
      if (!checked.ok) return checked.reply;
      const { value } = checked;
      const reply = beyond(call, value.role);
      if (reply !== null) return reply;
      const fresh = await accountsOf(call).createToken(value.name, value.role);
      note(call, `made the token "${value.name}" (${value.role})`);
      return ok({ name: value.name, ...fresh }, 201);
    },
  },
  {
    method: 'DELETE',
    path: `${apiBase}/tokens/{id}`,
    id: 'removeToken',
    tag: 'access',
    summary: 'Take a token away',
    access: 'operator',
    parameters: [id],
    responses: { 200: { description: 'The tokens that are left.', schema: { type: 'array', items: ref('ApiToken') } } },
    handle: async (call) => {
      const accounts = accountsOf(call);
      const token = accounts.tokens.find((one) => one.id === call.path('id'));
      const reply = token === undefined ? null : beyond(call, token.role);
      if (reply !== null) return reply;
      await accounts.removeToken(call.path('id'));
      if (token === undefined) return ok(toJson(accounts.tokens));
      call.access.endAllOf(`token "${token.name}"`);
      note(call, `removed the token "${token.name}"`);
      return ok(toJson(accounts.tokens));
    },
  },
];

function accountsOf({ access }: ApiCall): Accounts {
  if (access.accounts !== null) return access.accounts;
  throw new KerbsideError(
    'config.invalid',
    'The accounts are not open. A new device makes them just now; else the log says why.',
  );
}

function note({ access, who }: ApiCall, deed: string): void {
  access.note(`${who} ${deed}.`);
}

/** Nobody makes somebody who may more than they do. */
function beyond(call: ApiCall, wanted: ApiRole): Reply | null {
  return includesRole(call.role, wanted) ? null : refuse('api.forbidden', `Only a ${wanted} gives the role ${wanted}.`);
}

function beyondUser(call: ApiCall): Reply | null {
  const user = accountsOf(call).find(call.path('name'));
  return user === null ? null : beyond(call, user.role);
}

function signOutAll(call: ApiCall): void {
  const user = accountsOf(call).find(call.path('name'));
  if (user !== null) call.access.endAllOf(user.name);
}
