/** The world of a command, as a port: the process in `main.ts`, a fake in tests. */
export interface CliIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly isRoot: boolean;
  /** The file that runs as the store's worker when the program is a single file. */
  readonly workerEntry: URL | null;
  out(text: string): void;
  err(text: string): void;
  /** Everything that comes in on standard input. */
  readInput(): Promise<string>;
  /** Told of SIGINT and SIGTERM, each time. Returns the way to stop listening. */
  onStopSignal(listener: () => void): () => void;
  /** Told of what nobody caught; the process cannot be trusted afterwards. */
  onUncaught(listener: (error: unknown) => void): void;
  /** Ends the process at once. */
  exit(code: number): void;
}
