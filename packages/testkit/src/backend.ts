import type { JsonObject } from '@kerbside/station';

import type { CheckerViolation, ProtocolChecker } from './checker/protocol-checker.ts';
import type { BackendSettings } from './csms/backend-settings.ts';
import type { ConnectAttempt, Csms } from './csms/csms.ts';
import type { FrameLog } from './frame-log.ts';
import type { LedgerEntry } from './ledger/ledger-entry.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Rule } from './script/rule.ts';
import { TestkitError } from './testkit-error.ts';

/** How a CALL of the backend is sent. */
export interface BackendCallOptions {
  /** Default 30,000. */
  readonly timeoutMs?: number;
  /** Sends it even when it breaks the schema, and takes any answer; default false. */
  readonly raw?: boolean;
}

/** What every backend of the testkit can do, whatever it is made of. */
export abstract class Backend {
  protected readonly csms: Csms;

  constructor(csms: Csms) {
    this.csms = csms;
  }

  get ledger(): Ledger {
    return this.csms.ledger;
  }

  /** Every frame both ways, with time. */
  get frames(): FrameLog {
    return this.csms.frames;
  }

  /** Watches every frame; `checker.violations` must be empty at the end of a test. */
  get checker(): ProtocolChecker {
    return this.csms.checker;
  }

  /** Ends the watch of a story and returns all violations: also answers that stayed out are found now. */
  finish(): readonly CheckerViolation[] {
    return this.csms.checker.finish(this.csms.nowMs());
  }

  /** Every attempt to connect, in order. */
  get attempts(): readonly ConnectAttempt[] {
    return this.csms.attempts;
  }

  /** Goes on with the books of an earlier run; their stations are taken as registered. */
  recall(entries: readonly LedgerEntry[]): void {
    this.csms.recall(entries);
  }

  get settings(): BackendSettings {
    return this.csms.settings;
  }

  /** Every identity that ever connected. */
  get identities(): readonly string[] {
    return this.csms.identities;
  }

  configure(settings: Partial<BackendSettings>): void {
    this.csms.configure(settings);
  }

  get rules(): readonly Rule[] {
    return this.csms.rules.rules;
  }

  /** Replaces the script. @throws TestkitError `rules.invalid`, and then nothing was changed */
  setRules(rules: readonly Rule[]): void {
    this.csms.rules.set(rules);
  }

  /** Adds to the script. @throws TestkitError `rules.invalid` */
  addRules(rules: readonly Rule[]): void {
    this.csms.rules.add(rules);
  }

  online(identity: string): boolean {
    return this.csms.online(identity);
  }

  /** Sends a CALL and waits for the answer's payload. @throws TestkitError `call.…`, CallRefused for a CALLERROR */
  async call(
    identity: string,
    action: string,
    payload: JsonObject = {},
    options: BackendCallOptions = {},
  ): Promise<JsonObject> {
    const { timeoutMs = 30_000, raw = false } = options;
    return await this.csms.line(identity).call(action, payload, { timeoutMs, raw });
  }

  /** Sends a text as it stands, right or wrong. @throws TestkitError `call.offline` */
  sendText(identity: string, text: string): void {
    this.csms.line(identity).send(text);
  }

  /** Ends a station's connection: politely, or with `drop` without a close frame. @throws TestkitError `call.offline` */
  disconnect(
    identity: string,
    how: { readonly code?: number; readonly reason?: string; readonly drop?: boolean } = {},
  ): void {
    const line = this.csms.line(identity);
    if (how.drop === true) line.destroy();
    else line.close(how.code ?? 1001, how.reason ?? '');
  }

  /** Keeps a station's connection, but neither reads nor answers any more. @throws TestkitError `call.offline` */
  halfOpen(identity: string): void {
    this.csms.line(identity).halfOpen();
  }

  /** Waits until `condition` holds, tested after every happening. @throws TestkitError `wait.timeout` */
  async waitFor(condition: () => boolean, what = 'the condition', timeoutMs = 10_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const cancel = this.csms.time.after(timeoutMs, () => {
        unwatch();
        reject(new TestkitError('wait.timeout', `Waited ${timeoutMs} ms for ${what}.`));
      });
      const unwatch = this.csms.watch(() => {
        if (!condition()) return;
        unwatch();
        cancel();
        resolve();
      });
    });
  }
}
