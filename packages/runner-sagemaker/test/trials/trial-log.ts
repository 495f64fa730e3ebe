import { createGenerator, type RandomGenerator } from '@assay/metrics';

/** How many of so many trials are made: all by `npm run trials`, three in eight among the other tests. */
export function trialsOf(all: number): number {
  return process.env.ASSAY_ALL_TRIALS === undefined ? Math.ceil((all * 3) / 8) : all;
}

/** Trials that draw what goes wrong from one printed seed, and the tally of what was injected. */
export class TrialLog {
  readonly random: RandomGenerator;
  readonly #name: string;
  readonly #seed: string;
  readonly #tally = new Map<string, { trials: number; completed: number }>();
  /** What should not be there, with its trial: empty when all went well. */
  readonly survivors: string[] = [];

  /** @param name of this kind of trial. The seed is ASSAY_TRIAL_SEED, by default always the same. */
  constructor(name: string) {
    this.#name = name;
    this.#seed = process.env.ASSAY_TRIAL_SEED ?? 'random faults';
    this.random = createGenerator(`${this.#seed}/${name}`);
  }

  get trials(): number {
    return this.#sum('trials');
  }

  get completed(): number {
    return this.#sum('completed');
  }

  record(injected: string, completed: boolean): void {
    const row = this.#tally.get(injected) ?? { trials: 0, completed: 0 };
    row.trials += 1;
    row.completed += completed ? 1 : 0;
    this.#tally.set(injected, row);
  }

  /** Says what differs from what was there before. */
  compare(what: string, before: readonly string[], after: readonly string[]): void {
    const left = after.filter((resource) => !before.includes(resource));
    const lost = before.filter((resource) => !after.includes(resource));
    if (left.length > 0) this.survivors.push(`${what}: left ${left.join(', ')}`);
    if (lost.length > 0) this.survivors.push(`${what}: lost ${lost.join(', ')}`);
  }

  /** The table of what was injected. */
  print(): void {
    const rows = [...this.#tally].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = rows.map(
      ([injected, { trials, completed }]) =>
        `  ${injected.padEnd(44)} ${String(trials).padStart(4)} ${String(completed).padStart(9)}`,
    );
    const head = `${this.trials} trials, ${this.#name}; seed "${this.#seed}" (ASSAY_TRIAL_SEED)`;
    console.log([head, `  ${'injected'.padEnd(44)}    n completed`, ...lines].join('\n'));
  }

  #sum(of: 'trials' | 'completed'): number {
    return [...this.#tally.values()].reduce((total, row) => total + row[of], 0);
  }
}
