import { readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Where names are asked for. */
export interface NameServers {
  /** `ADDRESS` or `ADDRESS:PORT`, IPv6 with port in brackets. */
  readonly servers: readonly string[];
  /** Domains to complete short names with. */
  readonly search: readonly string[];
}

const nothing: NameServers = { servers: [], search: [] };

/** Reads a file, or the first files of a folder whose name begins with the last part; '' when there is none. */
export type ReadText = (path: string) => string;

/**
 * The name servers of an interface as the system knows them: of its DHCP lease (systemd-networkd, systemd-resolved), of resolvconf,
 * of pppd; else those of resolv.conf, and behind the stub of systemd-resolved its own.
 */
export function systemNameServers(interfaceName: string, read: ReadText = readText): NameServers {
  const index = read(`/sys/class/net/${interfaceName}/ifindex`).trim();
  const perInterface: readonly NameServers[] = [
    ...(index === '' ? [] : [parseLease(read(`/run/systemd/resolve/netif/${index}`))]),
    ...(index === '' ? [] : [parseLease(read(`/run/systemd/netif/leases/${index}`))]),
    parseResolvConf(read(`/run/resolvconf/interfaces/${interfaceName}*`)),
    parseResolvConf(read(`/run/resolvconf/interface/${interfaceName}*`)),
    ...(interfaceName.startsWith('ppp') ? [parseResolvConf(read('/etc/ppp/resolv.conf'))] : []),
  ];
  const own = perInterface.find(({ servers }) => servers.length > 0);
  const system = parseResolvConf(read('/etc/resolv.conf'));
  if (own !== undefined) return { servers: own.servers, search: own.search.length > 0 ? own.search : system.search };
  if (!system.servers.every(isLoopback)) return system;
  const behindStub = parseResolvConf(read('/run/systemd/resolve/resolv.conf'));
  return behindStub.servers.length > 0 ? { ...behindStub, search: system.search } : system;
}

/** Whether a server is on the machine itself. */
export function isLoopback(server: string): boolean {
  return /^(?:127\.|\[?::1\]?(?::|$))/.test(server);
}

/** resolv.conf(5): the last `search` or `domain` counts. */
function parseResolvConf(text: string): NameServers {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[#;].*$/u, '')
      .trim()
      .split(/\s+/u),
  );
  const servers = lines.flatMap(([word, address = '']) =>
    word === 'nameserver' && isIP(address) !== 0 ? [address] : [],
  );
  const [, ...search] = lines.findLast(([word]) => word === 'search' || word === 'domain') ?? [];
  return { servers, search: search.filter((domain) => domain !== '.') };
}

/** The state files of systemd-networkd and systemd-resolved: `DNS=` or `SERVERS=`, `DOMAINNAME=` or `DOMAINS=`. */
function parseLease(text: string): NameServers {
  if (text === '') return nothing;
  const words = (pattern: RegExp): readonly string[] => pattern.exec(text)?.[1]?.trim().split(/\s+/u) ?? [];
  return {
    servers: words(/^(?:DNS|SERVERS)=(.+)$/mu).filter((word) => isIP(word) !== 0),
    search: words(/^(?:DOMAINNAME|DOMAINS)=(.+)$/mu).filter((word) => !word.startsWith('~')),
  };
}

function readText(path: string): string {
  try {
    if (!path.endsWith('*')) return readFileSync(path, 'utf8');
    const slash = path.lastIndexOf('/');
    const [folder, start] = [path.slice(0, slash), path.slice(slash + 1, -1)];
    const names = readdirSync(folder).filter((name) => name === start || name.startsWith(`${start}.`));
    return names.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n');
  } catch {
    // Not this kind of system.
    return '';
  }
}
