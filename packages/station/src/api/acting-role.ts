import type { ApiRole } from './token-gate.ts';

/** As what somebody acts who changes something: such routes are for operators at least. */
export function actingRole(role: ApiRole): 'operator' | 'manufacturer' {
  return role === 'manufacturer' ? role : 'operator';
}
