import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all its descendants use. */
export interface TreeUse {
  readonly processes: number;
  readonly rssKb: number;
  /** User and system time since their start, of those that live. */
  readonly cpuMs: number;
}

/** The kernel counts CPU time in hundredths of a second wherever Node runs on Linux (`getconf CLK_TCK`). */
const MS_PER_TICK = 10;

/** Looks into /proc, so that it works for whatever program there is. */
export function treeUse(root: number): TreeUse {
  const members = descendants(root);
  const uses = members.map(useOf);
  return {
    processes: members.length,
    rssKb: uses.reduce((sum, use) => sum + use.rssKb, 0),
    cpuMs: uses.reduce((sum, use) => sum + use.cpuMs, 0),
  };
}

function descendants(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? statOf(Number(name))[1] : undefined;
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const members = [root];
  for (const member of members) for (const [pid, parent] of parents) if (parent === member) members.push(pid);
  return members;
}

function useOf(pid: number): { readonly rssKb: number; readonly cpuMs: number } {
  const stat = statOf(pid);
  return { rssKb: residentKb(pid), cpuMs: (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) * MS_PER_TICK };
}

function residentKb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The fields of proc(5) `stat` behind the name, which may contain spaces: state, parent …; none when the process is gone. */
function statOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
