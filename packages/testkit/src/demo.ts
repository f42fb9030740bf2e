import type { LedgerProblem } from './ledger/ledger-problems.ts';
import { ControlApi } from './strict/control-api.ts';
import { StrictBackend } from './strict/strict-backend.ts';

/** Where the demo's backend listens. */
export interface DemoBackendOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Of the HTTP control, always on 127.0.0.1; default 0: any free one. */
  readonly httpPort?: number;
}

/** What the demo's backend knows at the moment. */
export interface DemoLedgerSummary {
  readonly transactions: number;
  readonly open: number;
  readonly meterValues: number;
  /** What is wrong with the books; running transactions are not. */
  readonly problems: readonly LedgerProblem[];
  /** What the protocol checker found, in words. */
  readonly violations: readonly string[];
  /** One line per transaction, for people. */
  readonly lines: readonly string[];
}

/** A running backend for demonstrations. */
export interface DemoBackend {
  /** The endpoint without identity. */
  readonly url: string;
  readonly controlUrl: string;
  ledgerSummary(): DemoLedgerSummary;
  close(): Promise<void>;
}

/** Starts a strict backend with HTTP control for a demonstration. */
export async function startDemoBackend(options: DemoBackendOptions = {}): Promise<DemoBackend> {
  const { host = '127.0.0.1', port = 0, httpPort = 0 } = options;
  const backend = new StrictBackend({ host, port });
  await backend.start();
  const control = new ControlApi(backend, httpPort);
  await control.start();
  return {
    url: backend.url,
    controlUrl: control.url,
    ledgerSummary: () => summarize(backend),
    close: async () => {
      await control.close();
      await backend.close();
    },
  };
}

/** Starts the demo's backend and tells where it is. @param print takes each line, default the standard output */
export async function runDemo(
  options: DemoBackendOptions = {},
  print: (line: string) => void = printLine,
): Promise<DemoBackend> {
  const backend = await startDemoBackend(options);
  print(`Backend   ${backend.url}/<identity>   (ocpp1.6, strict)`);
  print(
    `Control   ${backend.controlUrl}   GET /ledger /frames /stations /violations · POST /rules /call/<identity>/<action>`,
  );
  return backend;
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function summarize({ ledger, checker }: StrictBackend): DemoLedgerSummary {
  const { transactions, open, meterValues } = ledger.counts;
  return {
    transactions,
    open,
    meterValues,
    problems: ledger.problems({ open: true }),
    violations: checker.violations.map(({ rule, problem }) => `${rule}: ${problem}`),
    lines: ledger
      .transactions()
      .map(({ transactionId, connectorId, idTag, meterStart, stops: [stop], meterValues: values }) => {
        const end = stop === undefined ? 'running' : `${stop.meterStop - meterStart} Wh, ${stop.reason}`;
        return `Transaction ${transactionId}, connector ${connectorId}, ${idTag}: ${end}, ${values.length} MeterValues`;
      }),
  };
}
