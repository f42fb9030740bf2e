import type { Bearer } from './bearer.ts';
import type { IpCommand } from './ip-command.ts';
import type { InterfaceRoute, NetworkInterface, PolicyRouting } from './network.ts';

/** Our rules stand before the main table and are known by their place; so a later process finds what a killed one left. */
const RULE_PRIORITY = '7160';
const FIRST_TABLE = 716_000;
/** Documentation addresses (RFC 5737, RFC 3849): no table of ours knows more of them than its default route. */
const probes = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;

/** One source address with the routes that count for it. */
interface SourceRule {
  readonly family: 4 | 6;
  readonly source: string;
  readonly table: string;
  readonly interface: string;
  readonly routes: readonly InterfaceRoute[];
}

/**
 * A routing table and a rule per source address (parameters.md row 1): a source address alone does not choose the way out on
 * Linux. Needs CAP_NET_ADMIN and iproute2; without them the system's routing decides.
 */
export class PolicyRoutes {
  readonly #ip: IpCommand;
  #tail: Promise<unknown> = Promise.resolve();
  #swept = false;
  #touched = false;

  constructor(ip: IpCommand) {
    this.#ip = ip;
  }

  /** Installs and verifies the rules of a bearer; what stands already is left. Never rejects. */
  install(bearer: Bearer, of: NetworkInterface): Promise<PolicyRouting> {
    return this.#exclusive(async () => {
      if (!this.#swept) await this.#sweep();
      this.#swept = true;
      const rules = rulesOf(bearer, of);
      for (const rule of rules) {
        const problem = (await this.#install(rule)) || (await this.#verify(rule));
        if (problem !== '') return { kind: 'system', reason: problem };
      }
      return { kind: 'installed' };
    });
  }

  /** Removes every rule of ours and its table. May be called twice. */
  remove(): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#touched) await this.#sweep();
      this.#touched = false;
    });
  }

  async #install({ family, source, table, interface: device, routes }: SourceRule): Promise<string> {
    // Links first: a gateway must be reachable when its route comes.
    const ordered = [...routes].toSorted((one, other) => Number(one.gateway !== null) - Number(other.gateway !== null));
    for (const { network, prefix, gateway } of ordered) {
      const via = gateway === null ? [] : ['via', gateway];
      const place = [...via, 'dev', device, 'table', table];
      const { problem } = await this.#run(family, ['route', 'replace', `${network}/${prefix}`, ...place]);
      if (problem !== '') return problem;
      this.#touched = true;
    }
    const rules = await this.#run(family, ['rule', 'show']);
    if (rules.problem !== '' || readRules(rules.output).some((one) => one.source === source && one.table === table))
      return rules.problem;
    const added = await this.#run(family, ['rule', 'add', 'from', source, 'lookup', table, 'priority', RULE_PRIORITY]);
    return added.problem;
  }

  async #verify({ family, source, interface: device }: SourceRule): Promise<string> {
    const { output, problem } = await this.#run(family, ['route', 'get', probes[family], 'from', source]);
    if (problem !== '') return problem;
    const found = /\bdev (\S+)/.exec(output)?.[1];
    return found === device ? '' : `what leaves from ${source} would go out by ${found ?? 'no interface'}`;
  }

  /** Also what a process left that was killed. */
  async #sweep(): Promise<void> {
    for (const family of [4, 6] as const) {
      for (const { source, table } of readRules((await this.#run(family, ['rule', 'show'])).output)) {
        await this.#run(family, ['rule', 'del', 'from', source, 'lookup', table, 'priority', RULE_PRIORITY]);
        await this.#run(family, ['route', 'flush', 'table', table]);
      }
    }
  }

  #run(family: 4 | 6, args: readonly string[]): ReturnType<IpCommand> {
    return this.#ip([`-${family}`, ...args]);
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

function rulesOf({ ipv4, ipv6 }: Bearer, of: NetworkInterface): readonly SourceRule[] {
  const rule = (family: 4 | 6, source: string | null): readonly SourceRule[] => {
    const routes = of.routes.filter((route) => route.family === family);
    // Without a default route there is nothing to choose: the system's own route is the only one.
    const chooses = routes.some(({ prefix }) => prefix === 0);
    if (source === null || !chooses) return [];
    return [{ family, source, table: tableOf(of.name), interface: of.name, routes }];
  };
  return [...rule(4, ipv4), ...rule(6, ipv6)];
}

/** The table of an interface: the same in each process. */
function tableOf(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return String(FIRST_TABLE + sum);
}

/** `7160: from 10.1.0.2 lookup 716123` */
function readRules(output: string): readonly { readonly source: string; readonly table: string }[] {
  const ours = new RegExp(String.raw`^${RULE_PRIORITY}:\s+from (\S+) lookup (\d+)`, 'gmu');
  return [...output.matchAll(ours)].map(([, source = '', table = '']) => ({ source, table }));
}
