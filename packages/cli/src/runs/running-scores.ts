import type { LineTally } from './journal-counter.ts';

/** A score's mean over the samples that have ended. */
export interface RunningScore {
  readonly model: string;
  readonly algorithm: string;
  readonly score: string;
  readonly n: number;
  readonly mean: number;
}

interface ScoredLine {
  readonly outcomes: Readonly<Record<string, { readonly scores?: Readonly<Record<string, number>> }>>;
}

interface SummedRange {
  readonly cells: readonly {
    readonly label: string;
    readonly category: string | null;
    readonly scores: readonly {
      readonly name: string;
      readonly moments: { readonly n: number; readonly sum: readonly number[] };
    }[];
  }[];
}

/** Lines beyond so many are counted and not read: what they would change is within the noise of a run's middle. */
const MOST_LINES = 100_000;

/** Means of a run that goes on, of the first score of each algorithm: an impression, which no decision hangs on. */
export class RunningScores implements LineTally {
  readonly #sums = new Map<string, { model: string; algorithm: string; score: string; n: number; sum: number }>();
  #lines = 0;

  /** Takes a sample's line of the journal. */
  add(model: string, line: unknown): void {
    this.#lines += 1;
    const { outcomes } = line as ScoredLine;
    for (const [algorithm, { scores = {} }] of Object.entries(outcomes)) {
      const [first] = Object.entries(scores);
      if (first !== undefined) this.#addTo(model, algorithm, first[0], 1, first[1]);
    }
  }

  /** Takes what the samples of a part add up to: a range's line says it, and nothing has to be read for it. */
  addPart(model: string, accumulator: unknown): void {
    const { cells } = accumulator as SummedRange;
    for (const { label, category, scores } of cells) {
      const [first] = scores;
      if (category !== null || first === undefined) continue;
      const { n, sum } = first.moments;
      this.#addTo(
        model,
        label,
        first.name,
        n,
        sum.reduce((a, b) => a + b, 0),
      );
    }
  }

  #addTo(model: string, algorithm: string, score: string, n: number, sum: number): void {
    const key = JSON.stringify([model, algorithm, score]);
    const known = this.#sums.get(key) ?? { model, algorithm, score, n: 0, sum: 0 };
    this.#sums.set(key, known);
    known.n += n;
    known.sum += sum;
  }

  get isFull(): boolean {
    return this.#lines >= MOST_LINES;
  }

  /** By model and algorithm, in the order of their first samples. */
  list(): RunningScore[] {
    return [...this.#sums.values()].map(({ sum, ...rest }) => ({ ...rest, mean: sum / rest.n }));
  }
}
