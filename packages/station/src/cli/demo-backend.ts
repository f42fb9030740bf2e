import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';

/** What `@kerbside/testkit/demo` gives; the station never depends on the testkit, so its shape is written here once more. */
export interface DemoBackend {
  /** The endpoint without identity. */
  readonly url: string;
  readonly controlUrl: string;
  ledgerSummary(): LedgerSummary;
  close(): Promise<void>;
}

/** The books of the backend. */
export interface LedgerSummary {
  readonly transactions: number;
  readonly open: number;
  readonly meterValues: number;
  readonly problems: readonly unknown[];
  readonly violations: readonly string[];
  readonly lines: readonly string[];
}

type Start = (options: { host: string; port: number; httpPort: number }) => Promise<DemoBackend>;

/** A name that no bundler and no compiler follows: the testkit depends on the station, and is there or is not. */
const moduleName: string = '@kerbside/testkit/demo';

/** Loads the demo's backend. Throws `daemon.startFailed` when the testkit is not installed. */
export async function loadDemoBackend(): Promise<Start> {
  let loaded: unknown;
  try {
    loaded = await import(moduleName);
  } catch (error) {
    const problem = `The demo needs the package @kerbside/testkit (npm install @kerbside/testkit): ${messageOf(error)}`;
    throw new KerbsideError('daemon.startFailed', problem, { cause: error });
  }
  const start = isRecord(loaded) || typeof loaded === 'object' ? Object(loaded)['startDemoBackend'] : undefined;
  if (typeof start === 'function') return start as Start;
  throw new KerbsideError(
    'daemon.startFailed',
    'The installed @kerbside/testkit has no demo; install the version of this Kerbside.',
  );
}
