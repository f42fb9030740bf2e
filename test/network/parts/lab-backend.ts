import { fork, type ChildProcess } from 'node:child_process';
import assert from 'node:assert/strict';
import process from 'node:process';
import type { TestContext } from 'node:test';

import type { JsonObject } from '@kerbside/station';
import type { CheckerViolation, Expectations, LedgerCounts, LedgerProblem, Rule } from '@kerbside/testkit';

import type { BackendAnswer, BackendRequest, SeenConnection } from './backend-questions.ts';
import type { Lab } from './lab.ts';

/** A CALL of the station as the backend got it. */
interface SeenCall {
  readonly payload: JsonObject;
  readonly atMs: number;
}

/** What the name servers of the lab know, by their address; null: one that never answers. */
export type NamePlan = Readonly<Record<string, Readonly<Record<string, string>> | null>>;

const limitMs = 15_000;

/** The backend of a lab, a process inside its namespace: OCPP at 9000, a mute listener at 9001, a slow proxy to 9000 at 9002. */
export class LabBackend {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: BackendAnswer) => void>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message) => {
      const answer = message as BackendAnswer;
      this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async start(test: TestContext, lab: Lab, names: NamePlan = {}): Promise<LabBackend> {
    const main = new URL('backend-main.ts', import.meta.url).pathname;
    const [program, ...words] = lab.inside(lab.backend);
    const child = fork(main, [JSON.stringify(names)], {
      execPath: program,
      execArgv: [...words, process.execPath, '--conditions=source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    test.after(() => child.kill('SIGKILL'));
    const backend = new LabBackend(child);
    await backend.#answerOf(0, 'the backend of the lab did not start');
    return backend;
  }

  async books(): Promise<{ readonly problems: readonly LedgerProblem[]; readonly counts: LedgerCounts }> {
    return (await this.#ask({ ask: 'ledger' })) as { problems: LedgerProblem[]; counts: LedgerCounts };
  }

  /** All connections to the port of OCPP, in order. */
  async connections(): Promise<readonly SeenConnection[]> {
    return ((await this.#ask({ ask: 'connections' })) as SeenConnection[]).filter(({ port }) => port === 9000);
  }

  async calls(action: string): Promise<readonly SeenCall[]> {
    return (await this.#ask({ ask: 'calls', action })) as SeenCall[];
  }

  async online(identity: string): Promise<boolean> {
    return (await this.#ask({ ask: 'online', identity })) === true;
  }

  async call(identity: string, action: string, payload: JsonObject): Promise<JsonObject> {
    return (await this.#ask({ ask: 'call', identity, action, payload })) as JsonObject;
  }

  async setRules(rules: readonly Rule[]): Promise<void> {
    await this.#ask({ ask: 'rules', rules });
  }

  async expect(expectations: Partial<Expectations>): Promise<void> {
    await this.#ask({ ask: 'expect', expectations });
  }

  async rebooted(identity: string): Promise<void> {
    await this.#ask({ ask: 'rebooted', identity });
  }

  async setLatency(ms: number): Promise<void> {
    await this.#ask({ ask: 'latency', ms });
  }

  /** The books balance, and the protocol checker saw nothing. */
  async isClean(): Promise<void> {
    assert.deepEqual((await this.books()).problems, [], 'the ledger has problems');
    const violations = (await this.#ask({ ask: 'finish' })) as CheckerViolation[];
    assert.deepEqual(violations, [], 'the protocol checker found violations');
  }

  async #ask(request: BackendRequest): Promise<unknown> {
    const id = (this.#asked += 1);
    const answer = this.#answerOf(id, `${request.ask} was not answered`);
    this.#child.send({ id, ...request });
    return answer;
  }

  #answerOf(id: number, problem: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(problem)), limitMs);
      this.#waiting.set(id, ({ value, problem: refusal }) => {
        clearTimeout(limit);
        this.#waiting.delete(id);
        if (refusal === undefined) resolve(value);
        else reject(new Error(refusal));
      });
    });
  }
}
