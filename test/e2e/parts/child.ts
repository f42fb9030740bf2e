import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a child process is started with. */
export interface ChildOptions {
  /** For messages. */
  readonly name: string;
  /** Added to the environment of this process, from which every KERBSIDE_… is taken away. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  /** What stands before the program on the command line, such as `ip netns exec NAME`. */
  readonly inside?: readonly string[];
  /** Standard input; default none. */
  readonly input?: string;
  readonly onLine?: (line: string) => void;
}

const keptLines = 5_000;
/** The children of this process that may live; none of them outlives it. */
const living: Set<ChildProcess> = new Set();

/** A process of Node that this one started, with what it prints. */
export class Child {
  readonly name: string;
  readonly lines: string[] = [];
  /** Resolves when it ended and everything that it printed was read; never rejects. */
  readonly ended: Promise<Ending>;
  readonly #process: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #errors = '';
  #ending: Ending | null = null;

  /** @param args what stands behind `node` on the command line */
  constructor(args: readonly string[], options: ChildOptions) {
    const { name, environment = {}, workingFolder, input, onLine, inside = [] } = options;
    this.name = name;
    const [program = process.execPath, ...words] = [...inside, process.execPath, ...nodeOptions, ...args];
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...plainEnvironment(), ...environment },
      ...(workingFolder === undefined ? {} : { cwd: workingFolder }),
    });
    this.#process = child;
    living.add(child);
    child.stdin.on('error', ignore).end(input ?? '');
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
      this.#changed();
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      if (this.lines.length > keptLines) this.lines.shift();
      onLine?.(line);
      this.#changed();
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => (this.#errors += error.message));
      child.once('close', (code, signal) => {
        living.delete(child);
        this.#ending = { code, signal };
        this.#changed();
        resolve(this.#ending);
      });
    });
  }

  /** What it wrote to standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Everything that it printed to standard output. */
  get output(): string {
    return this.lines.join('\n');
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  /** Sends a signal; to one that has ended it does nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends it without giving it a chance, and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Asks it to end, and waits; after `limitMs` it is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', limitMs = 20_000): Promise<Ending> {
    this.signal(signal);
    const limit = setTimeout(() => this.signal('SIGKILL'), limitMs);
    const ending = await this.ended;
    clearTimeout(limit);
    return ending;
  }

  /** Waits for a line of standard output, also one that has come already. Rejects when none comes in time. */
  line(pattern: RegExp, limitMs = 20_000): Promise<string> {
    return this.#until(() => this.lines.find((line) => pattern.test(line)), `printed a line like ${pattern}`, limitMs);
  }

  /** Waits for something on standard error. */
  async error(pattern: RegExp, limitMs = 20_000): Promise<string> {
    return this.#until(() => pattern.exec(this.#errors)?.[0], `complained like ${pattern}`, limitMs);
  }

  #until(find: () => string | undefined, what: string, limitMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        clearTimeout(limit);
        this.#watchers.delete(look);
        end();
      };
      const look = (): void => {
        const found = find();
        if (found !== undefined) finish(() => resolve(found));
        else if (this.#ending !== null) finish(() => reject(this.#failure(`ended before it ${what}`)));
      };
      const limit = setTimeout(() => finish(() => reject(this.#failure(`never ${what} in ${limitMs} ms`))), limitMs);
      this.#watchers.add(look);
      look();
    });
  }

  #failure(what: string): Error {
    const last = this.lines.slice(-20).join('\n');
    return new Error(`${this.name} ${what}.\nIts last lines:\n${last}\nIts complaints:\n${this.#errors}`);
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const nodeOptions: readonly string[] = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NODE_TEST_CONTEXT: __, ...environment } = process.env;
  const own = Object.entries(environment).filter(([name]) => !name.startsWith('KERBSIDE_'));
  return { ...Object.fromEntries(own), NO_COLOR: '1' };
}

function ignore(): void {
  // A child that ended early does not read its input; how it ended tells why.
}

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});
