import { object, optional, text } from '../../drivers/shape.ts';
import { signInCookie, signInIdsOf } from '../access/sign-in-cookie.ts';
import type { SignInResult } from '../access/access-desk.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { ApiCall, Route } from '../route.ts';
import { apiBase } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';

const credentials = object({
  user: optional(text(0, 200)),
  password: optional(text(0, 1_000)),
  token: optional(text(0, 1_000)),
});
const passwords = object({ current: text(0, 1_000), next: text(0, 1_000) });

const view = { 200: { description: 'Who sits before this browser now.', schema: ref('Session') } } as const;

/** The sign-in of people: a cookie that scripts cannot read, and a word that every change has to carry. */
export const signInRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${apiBase}/session`,
    id: 'getSignIn',
    tag: 'access',
    summary: 'Who sits before this browser',
    access: 'open',
    responses: view,
    handle: (call) => ok(toJson(call.access.view(call.header('cookie'), call))),
  },
  {
    method: 'POST',
    path: `${apiBase}/session`,
    id: 'signIn',
    tag: 'access',
    summary: 'Sign in',
    description:
      'With a user and a password, or with a token. Wrong passwords are slowed down by name and by address, and then refused for a while (429). The answer sets the cookie; `csrf` is what every request that changes something sends as X-Kerbside-Csrf.',
    access: 'open',
    requestBody: {
      type: 'object',
      properties: { user: { type: 'string' }, password: { type: 'string' }, token: { type: 'string' } },
    },
    responses: view,
    handle: async (call) => {
      const checked = checkBody(credentials, call.body);
      if (!checked.ok) return checked.reply;
      const { user, password, token } = checked.value;
      if (token !== undefined) return signedIn(call, call.access.signInByToken(token, call.address));
      if (user === undefined || password === undefined) {
        return refuse('api.badRequest', 'Send "user" and "password", or "token".');
      }
      return signedIn(call, await call.access.signIn(user, password, call));
    },
  },
  {
    method: 'DELETE',
    path: `${apiBase}/session`,
    id: 'signOut',
    tag: 'access',
    summary: 'Sign out',
    access: 'open',
    responses: view,
    handle: (call) => {
      if (call.signInId !== null) call.access.signOut(call.signInId);
      return withCookie(ok(toJson(call.access.view(undefined, call))), call, '');
    },
  },
  {
    method: 'PUT',
    path: `${apiBase}/session/password`,
    id: 'choosePassword',
    tag: 'access',
    summary: 'Choose a password of one’s own',
    description:
      'The only thing that can be done with a password that somebody else has given. Other browsers have to sign in anew.',
    access: 'open',
    requestBody: {
      type: 'object',
      properties: { current: { type: 'string' }, next: { type: 'string' } },
      required: ['current', 'next'],
    },
    responses: view,
    handle: async (call) => {
      const checked = checkBody(passwords, call.body);
      if (!checked.ok) return checked.reply;
      const { user } = call.access.view(call.header('cookie'), call);
      if (call.signInId === null && user !== null) {
        return refuse('api.csrf', 'The request does not carry the word that this sign-in was given.');
      }
      if (call.signInId === null || user === null || call.access.accounts?.find(user) === null) {
        return refuse('api.unauthorized', 'Only somebody who has signed in with a password can change it.');
      }
      return signedIn(call, await call.access.choosePassword(user, checked.value, call));
    },
  },
];

function signedIn(call: ApiCall, result: SignInResult): Reply {
  switch (result.kind) {
    case 'wrong':
      return refuse('api.wrongPassword', 'The user or the password is wrong.');
    case 'wait':
      return refuse('api.tooManyFailures', `Too many wrong passwords; the next is heard in ${result.seconds} s.`, {
        'Retry-After': String(result.seconds),
      });
    case 'in': {
      // What this browser had before ends with it: no id lives on that somebody may have put there.
      for (const before of signInIdsOf(call.header('cookie'))) call.access.signOut(before);
      const shown = call.access.view(`kerbside=${result.id}`, call);
      return withCookie(ok(toJson(shown)), call, result.id);
    }
  }
}

function withCookie(reply: Reply, { header, secure }: ApiCall, id: string): Reply {
  return { ...reply, headers: { ...reply.headers, 'Set-Cookie': signInCookie(id, { host: header('host'), secure }) } };
}
