import type { ApiHost, ApiStation } from '../api/host-port.ts';

/** What the API sees of the process: nothing but problems in safe mode, later the host. */
export class DaemonHost implements ApiHost {
  readonly version: string;
  #problems: readonly string[] = [];
  #host: ApiHost | null = null;

  constructor(version: string) {
    this.version = version;
  }

  /** Safe mode: no station, and the reasons why. */
  showProblems(problems: readonly string[]): void {
    this.#problems = problems;
    this.#host = null;
  }

  /** The stations run. */
  show(host: ApiHost): void {
    this.#problems = [];
    this.#host = host;
  }

  get configurationProblems(): readonly string[] {
    return [...this.#problems, ...(this.#host?.configurationProblems ?? [])];
  }

  stations(): readonly ApiStation[] {
    return this.#host?.stations() ?? [];
  }

  find(name: string): ApiStation | null {
    return this.#host?.find(name) ?? null;
  }
}
