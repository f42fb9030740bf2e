import type { ApiRole } from './token-gate.ts';

/** Who does something, for logbooks and histories. */
export interface Actor {
  readonly who: string;
  readonly role: ApiRole;
}
