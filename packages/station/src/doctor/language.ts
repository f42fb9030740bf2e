import type { Cancel, Time } from '../core/time.ts';
import type { Reach } from '../link/reach.ts';
import type { ConnectRequest } from '../link/transport.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { Examined } from './examined.ts';
import { languageToAsk } from './judge-attempt.ts';

/** How long a server may take at most to show that it speaks the other language. */
const ASK_MS = 3000;

/** What asking needs; `limitMs` is the communication timeout. */
interface LanguageDeps {
  readonly reach: Reach;
  readonly request: ConnectRequest;
  readonly time: Time;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Asks the server in the other language after a failure that this may explain. */
export async function askLanguage(
  record: AttemptRecord,
  examined: Examined,
  { reach, request, time, limitMs, signal }: LanguageDeps,
): Promise<Examined['speaks']> {
  const language = languageToAsk(record, examined);
  if (language === null) return null;
  const limit = new AbortController();
  const cancel: Cancel = time.after(Math.min(ASK_MS, limitMs), () => limit.abort());
  const speaks = await reach.speaks(language, request, AbortSignal.any([limit.signal, signal]));
  cancel();
  return speaks ? language : null;
}
