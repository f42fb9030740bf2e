/** Why the daemon refused a request, or why it could not be asked, in the words of the reader's language (RFC 9457). */
export interface Problem {
  /** The status of HTTP; 0: there was no answer. */
  readonly status: number;
  /** Stable, such as `config.refused`; '' where the answer had none. */
  readonly code: string;
  /** What it is, in a sentence. */
  readonly title: string;
  /** What is concerned; '' where the title says it all. */
  readonly detail: string;
  /** What to do; '' where nobody knows. */
  readonly remedy: string;
  /** The whole answer, for members of its own. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Reads the body of a refusal, whatever it is: a proxy in between may answer with a page of its own. */
export function problemOf(status: number, said: string): Problem {
  const body = record(parsed(said));
  const text = (name: string): string => {
    const value = body[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    status,
    code: text('code'),
    title: text('title') || `HTTP ${status}`,
    detail: text('detail'),
    remedy: text('remedy'),
    body,
  };
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
