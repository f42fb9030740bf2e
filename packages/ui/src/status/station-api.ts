import { fields, text } from './data.ts';

/** A request that the daemon refused, in its words. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the daemon for what belongs to one station. */
export class StationApi {
  readonly #token: string;
  readonly #base: string;

  constructor(token: string, station: string) {
    this.#token = token;
    this.#base = `/api/v1/stations/${encodeURIComponent(station)}/`;
  }

  /** What is behind a path such as `sessions?limit=50`. Rejects with `Refused`, or when the daemon cannot be reached. */
  async get(path: string): Promise<unknown> {
    return (await this.#fetch(path)).json();
  }

  /** Gives a file to the browser to keep; under the name that the daemon gave it, else under `fallback`. */
  async download(path: string, fallback: string): Promise<void> {
    const response = await this.#fetch(path);
    const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? fallback;
    // A link cannot carry the token, which does not belong into an address.
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser has taken the file over by the next turn, but some begin to read it later.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  async #fetch(path: string): Promise<Response> {
    const response = await fetch(this.#base + path, { headers: { Authorization: `Bearer ${this.#token}` } });
    if (response.ok) return response;
    throw new Refused(response.status, await messageIn(response));
  }
}

async function messageIn(response: Response): Promise<string> {
  const said = await response.text();
  try {
    return text(fields(fields(JSON.parse(said))['error'])['message']) || String(response.status);
  } catch {
    return String(response.status);
  }
}

/** What went wrong, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
