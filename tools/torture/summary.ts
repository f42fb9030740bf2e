import { killPhases, type KillPhase } from './kill-phase.ts';
import type { RoundResult } from './round.ts';

/** A run needs so many of its kills inside a transaction to prove anything. */
const leastInside = 0.5;
/** In a run with fewer kills chance decides too much about their share; there only a plan that has gone wrong shows. */
const fewKills = 50;
const leastInsideOfFew = 0.25;

/** The sum over all rounds. */
export class Summary {
  readonly #results: RoundResult[] = [];

  add(result: RoundResult): void {
    this.#results.push(result);
  }

  /** The share of kills that fell inside a transaction. */
  get inside(): number {
    const kills = this.#kills();
    return kills.length === 0 ? 0 : kills.filter((phase) => killPhases[phase].inside).length / kills.length;
  }

  get problems(): number {
    return this.#results.reduce((sum, { problems }) => sum + problems.length, 0);
  }

  /** Why the run proves too little although nothing went wrong; null when it does not. */
  get weakness(): string | null {
    const least = this.#kills().length < fewKills ? leastInsideOfFew : leastInside;
    if (this.inside >= least) return null;
    return `Only ${percent(this.inside)} of the kills fell inside a transaction; this run needs at least ${percent(least)}.`;
  }

  /** Kills by phase, a line each. */
  phases(): string {
    const kills = this.#kills();
    return Object.keys(killPhases)
      .map((phase) => ({ phase: phase as KillPhase, count: kills.filter((one) => one === phase).length }))
      .map(({ phase, count }) => `  ${killPhases[phase].text.padEnd(28)} ${String(count).padStart(4)}`)
      .join('\n');
  }

  /** The last line of the run. */
  line(): string {
    const sum = (count: (result: RoundResult) => number): number =>
      this.#results.reduce((total, result) => total + count(result), 0);
    return [
      `torture: ${this.#results.length} rounds`,
      `${this.#kills().length} kills (${percent(this.inside)} inside a transaction)`,
      `${sum(({ transactions }) => transactions)} transactions`,
      `${sum(({ retransmissions }) => retransmissions)} retransmissions`,
      `${this.problems} problems`,
    ].join(', ');
  }

  #kills(): readonly KillPhase[] {
    return this.#results.flatMap(({ kills }) => kills);
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
