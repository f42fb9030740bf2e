import { computed, signal } from '@preact/signals';

import { get, request, useCsrf, whenSignedOut, type Answer } from '../net/api.ts';
import type { Role, SessionInfo } from '../net/shapes.ts';

/** Who sits here; null until the daemon has been asked. */
export const session = signal<SessionInfo | null>(null);

/** What this person may do; '' while nobody has signed in. */
const role = computed<Role | ''>(() => session.value?.role ?? '');

const ranks: readonly (Role | '')[] = ['', 'viewer', 'operator', 'manufacturer'];

/** Whether this person may do what is for a role. */
export function may(wanted: Role): boolean {
  return ranks.indexOf(role.value) >= ranks.indexOf(wanted);
}

/** Asks the daemon who sits here. */
export async function refreshSession(): Promise<void> {
  const answer = await get<SessionInfo>('/session');
  if (answer.ok) take(answer.value);
}

/** Signs in with a name and a password, or with a token. */
export async function signIn(
  credentials: { readonly user: string; readonly password: string } | { readonly token: string },
): Promise<Answer<SessionInfo>> {
  const answer = await request<SessionInfo>('POST', '/session', credentials);
  if (answer.ok) take(answer.value);
  return answer;
}

/** Changes the password of the person who has signed in. */
export async function changePassword(current: string, next: string): Promise<Answer<SessionInfo>> {
  const answer = await request<SessionInfo>('PUT', '/session/password', { current, next });
  if (answer.ok) await refreshSession();
  return answer;
}

/** Signs out. */
export async function signOut(): Promise<void> {
  await request('DELETE', '/session');
  await refreshSession();
}

whenSignedOut(() => void refreshSession());

function take(info: SessionInfo): void {
  useCsrf(info.csrf);
  session.value = info;
}
