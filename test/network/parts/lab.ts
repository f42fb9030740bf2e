import { execFileSync } from 'node:child_process';
import process from 'node:process';
import type { TestContext } from 'node:test';

/** Where the backend of a lab is reached, over either side. */
export const backendAddress = '10.71.9.9';
export const backendAddress6 = 'fd71:9::9';
/** The address of the station and of the other end, by interface. */
export const sides = {
  eth0: { station: '10.71.1.2', far: '10.71.1.1', station6: 'fd71:1::2', far6: 'fd71:1::1' },
  wwan0: { station: '10.71.2.2', far: '10.71.2.1', station6: 'fd71:2::2', far6: 'fd71:2::1' },
} as const;

type Side = keyof typeof sides;

let labs = 0;

/**
 * Two namespaces, of a station and of its backend, with a cable for Ethernet and one for mobile between them. Both check that
 * packets come in where their answers would go out (`rp_filter=1`), so a wrong way out is noticed. Gone after the test.
 */
export class Lab {
  readonly station: string;
  readonly backend: string;

  constructor(test: TestContext) {
    labs += 1;
    const name = `kb${process.pid}-${labs}`;
    [this.station, this.backend] = [`${name}s`, `${name}b`];
    const remove = (): void => this.#remove();
    // Also when the test process ends in the middle.
    process.once('exit', remove);
    test.after(() => {
      process.off('exit', remove);
      remove();
    });
    this.#build();
  }

  /** Pulls the cable out at the far end, or puts it in again. */
  plug(side: Side, plugged: boolean): void {
    this.ip(this.backend, 'link', 'set', farName(side), plugged ? 'up' : 'down');
  }

  /** The interface is switched off or on at the station itself; its routes are then gone, as a DHCP client leaves them. */
  switch(side: Side, on: boolean): void {
    this.ip(this.station, 'link', 'set', side, on ? 'up' : 'down');
    if (on) this.#route(side);
  }

  /** Runs `ip` inside a namespace and gives what it prints. */
  ip(namespace: string, ...args: readonly string[]): string {
    return command('ip', ['-n', namespace, ...args]);
  }

  /** Runs a command inside a namespace. */
  run(namespace: string, program: string, ...args: readonly string[]): string {
    const [ip, ...words] = this.inside(namespace);
    return command(ip, [...words, program, ...args]);
  }

  /** The words that put a command into a namespace. */
  inside(namespace: string): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', namespace];
  }

  /** Neither way lets packets of the backend's port through; no end is told. */
  blackhole(on: boolean): void {
    const rule = on ? '-A' : '-D';
    this.run(this.station, 'iptables', rule, 'INPUT', '-i', 'eth0', '-j', 'DROP');
    this.run(this.station, 'iptables', rule, 'OUTPUT', '-o', 'eth0', '-j', 'DROP');
  }

  /** The rules by source address that stand for the station. */
  sourceRules(): readonly string[] {
    const lines = `${this.ip(this.station, '-4', 'rule', 'show')}${this.ip(this.station, '-6', 'rule', 'show')}`;
    return lines.split('\n').filter((line) => line.startsWith('7160:'));
  }

  #build(): void {
    for (const namespace of [this.station, this.backend]) {
      command('ip', ['netns', 'add', namespace]);
      this.run(namespace, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter');
      this.ip(namespace, 'link', 'set', 'lo', 'up');
    }
    this.ip(this.backend, 'addr', 'add', `${backendAddress}/32`, 'dev', 'lo');
    this.ip(this.backend, 'addr', 'add', `${backendAddress6}/128`, 'dev', 'lo', 'nodad');
    for (const side of Object.keys(sides) as Side[]) this.#cable(side);
  }

  #cable(side: Side): void {
    const { station, far, station6, far6 } = sides[side];
    const there = farName(side);
    this.ip(this.station, 'link', 'add', side, 'type', 'veth', 'peer', 'name', there, 'netns', this.backend);
    this.ip(this.station, 'addr', 'add', `${station}/24`, 'dev', side);
    this.ip(this.station, 'addr', 'add', `${station6}/64`, 'dev', side, 'nodad');
    this.ip(this.backend, 'addr', 'add', `${far}/24`, 'dev', there);
    this.ip(this.backend, 'addr', 'add', `${far6}/64`, 'dev', there, 'nodad');
    // An address of IPv6 outlives the loss of its link only so.
    for (const [namespace, name] of [[this.station, side] as const, [this.backend, there] as const]) {
      this.run(namespace, 'sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${name}/keep_addr_on_down`);
      this.ip(namespace, 'link', 'set', name, 'up');
    }
    this.#route(side);
  }

  /** Ethernet is what the system itself prefers, as it is on a board with both. */
  #route(side: Side): void {
    const { far, far6 } = sides[side];
    const metric = side === 'eth0' ? '100' : '700';
    this.ip(this.station, 'route', 'replace', 'default', 'via', far, 'dev', side, 'metric', metric);
    this.ip(this.station, '-6', 'route', 'replace', 'default', 'via', far6, 'dev', side, 'metric', metric);
  }

  #remove(): void {
    for (const namespace of [this.station, this.backend]) {
      try {
        command('ip', ['netns', 'del', namespace]);
      } catch {
        // It was never made, or is gone already.
      }
    }
  }
}

function farName(side: Side): string {
  return `to-${side}`;
}

function command(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'pipe'] });
}
