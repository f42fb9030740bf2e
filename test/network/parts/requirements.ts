import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { it, type TestContext } from 'node:test';

/** What a test of this folder may need of the machine. */
type Requirement = 'namespaces' | 'iptables' | 'tbf' | 'setpriv';

interface Probe {
  readonly missing: string;
  /** Commands to try inside a namespace that is thrown away; each must succeed. */
  readonly commands: readonly (readonly string[])[];
}

const inside = `kb${process.pid}-probe`;
const within = (...command: readonly string[]): readonly string[] => ['ip', 'netns', 'exec', inside, ...command];

const probes: Readonly<Record<Requirement, Probe>> = {
  namespaces: {
    missing: 'network namespaces (root, iproute2 and veth are needed)',
    commands: [['ip', '-n', inside, 'link', 'add', 'kb0', 'type', 'veth', 'peer', 'name', 'kb1']],
  },
  iptables: {
    missing: 'iptables with the match “statistic”',
    commands: [
      within('iptables', '-A', 'OUTPUT', '-m', 'statistic', '--mode', 'random', '--probability', '0.1', '-j', 'DROP'),
    ],
  },
  tbf: {
    missing: 'tc with the queue “tbf”',
    commands: [
      within('tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'tbf', 'rate', '1mbit', 'burst', '4kb', 'latency', '100ms'),
    ],
  },
  setpriv: { missing: 'setpriv (util-linux)', commands: [['setpriv', '--bounding-set=-net_admin', 'true']] },
};

/**
 * A test that needs a lab: namespaces, and what is named. Where the machine lacks something it is skipped with the reason, while it
 * runs: a skip that is declared would make what is generated from the titles differ from machine to machine.
 */
export function labTest(
  title: string,
  needs: readonly Requirement[],
  body: (test: TestContext) => Promise<void>,
): void {
  it(title, async (test) => {
    const missing = (['namespaces', ...needs] as const).find((need) => !isThere(need));
    if (missing === undefined) await body(test);
    else test.skip(`this machine has no ${probes[missing].missing}`);
  });
}

const found = new Map<Requirement, boolean>();

function isThere(need: Requirement): boolean {
  const known = found.get(need);
  if (known !== undefined) return known;
  const there = probed(need);
  found.set(need, there);
  return there;
}

function probed(need: Requirement): boolean {
  try {
    run(['ip', 'netns', 'add', inside]);
    for (const command of probes[need].commands) run(command);
    return true;
  } catch {
    // A missing program, a missing right, a kernel without it: all the same here.
    return false;
  } finally {
    try {
      run(['ip', 'netns', 'del', inside]);
    } catch {
      // It was never made.
    }
  }
}

function run([program = '', ...args]: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore', timeout: 10_000 });
}
