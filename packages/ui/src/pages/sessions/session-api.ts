import { download, get, stationPath } from '../../net/api.ts';

/** Asks the daemon for what belongs to one station; what it refuses is thrown in its words. */
export class SessionApi {
  readonly #station: string;

  constructor(station: string) {
    this.#station = station;
  }

  /** What is behind a path such as `sessions?limit=50`. */
  async get(path: string): Promise<unknown> {
    const answer = await get(stationPath(this.#station, `/${path}`));
    if (answer.ok) return answer.value;
    throw new Error(answer.problem.detail || answer.problem.title);
  }

  /** Gives a file to the browser to keep; under the name that the daemon gave it, else under `fallback`. */
  async download(path: string, fallback: string): Promise<void> {
    const problem = await download(stationPath(this.#station, `/${path}`), fallback);
    if (problem !== null) throw new Error(problem.detail || problem.title);
  }
}

/** What went wrong, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
