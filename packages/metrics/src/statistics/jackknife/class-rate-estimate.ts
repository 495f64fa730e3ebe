import { ExactSum } from '../moments/exact-sum.ts';
import { type CorpusEstimate, studentEstimate } from './corpus-interval.ts';

/** What one sample (or cluster) adds to one class: hits and the size they are held against. */
export interface ClassEntry {
  readonly at: number;
  readonly hits: number;
  readonly size: number;
}

/** A sample, or a cluster of samples, by the few classes that it touches. */
export interface ClassRow {
  readonly entries: readonly ClassEntry[];
  /** How many rows of this content there are. @default 1 */
  readonly times?: number;
  /** Samples that the row sums up. @default 1 */
  readonly size?: number;
}

/** A mean over classes of a rate of its hits. */
export interface ClassRate {
  readonly classes: number;
  readonly rate: (hits: number, size: number) => number;
  /** What a pseudo sample adds to the size of its class: 2 for F1 (predicted and actual), 1 for recall and precision. */
  readonly pseudoSize: number;
}

/**
 * The same as {@link corpusEstimate} with {@link macroF1Score} or {@link meanClassRate}, in O(entries) for any number of
 * classes: a row that is left out changes the rates of its own classes alone.
 * @param value the score as it is printed
 */
export function classRateEstimate(rows: readonly ClassRow[], score: ClassRate, value?: number): CorpusEstimate | null {
  const { units, samples, met } = shapeOf(rows);
  if (samples < 2) return null;
  if (units < 2) return studentEstimate(Number.NaN, Number.NaN, units, [0, 1]);
  const pseudo = pseudoRows(score, met);
  const sums = new Sums(score.classes);
  for (const row of rows) sums.add(row);
  for (const row of pseudo) sums.add(row);
  return jackknifed([...rows, ...pseudo], score, sums, units, value);
}

function jackknifed(
  rows: readonly ClassRow[],
  { classes, rate }: ClassRate,
  sums: Sums,
  units: number,
  value: number | undefined,
): CorpusEstimate | null {
  const { hits, sizes } = sums;
  const total = new ExactSum();
  for (let at = 0; at < classes; at++) total.add(rate(hits[at]!, sizes[at]!));
  let count = 0;
  const mean = new ExactSum();
  const changes = rows.map(({ entries, times = 1 }) => {
    const change = entries.reduce((sum, { at, hits: hit, size }) => {
      return sum + rate(hits[at]!, sizes[at]!) - rate(hits[at]! - hit, sizes[at]! - size);
    }, 0);
    count += times;
    if (Number.isFinite(change)) mean.addProduct(times, change / classes);
    return change / classes;
  });
  const squares = new ExactSum();
  for (const [i, change] of changes.entries()) {
    if (!Number.isFinite(change)) return null;
    squares.addProduct(rows[i]!.times ?? 1, (change - mean.value() / count) ** 2);
  }
  const standardError = Math.sqrt(((count - 1) / count) * squares.value());
  return studentEstimate(total.value() / classes, standardError, units, [0, 1], value);
}

function shapeOf(rows: readonly ClassRow[]): { units: number; samples: number; met: number } {
  let units = 0;
  let samples = 0;
  let squares = 0;
  for (const { times = 1, size = 1 } of rows) {
    units += times;
    samples += times * size;
    squares += times * size ** 2;
  }
  return { units, samples, met: squares / samples };
}

function pseudoRows({ classes, pseudoSize }: ClassRate, met: number): ClassRow[] {
  return Array.from({ length: classes }, (_, at) => at).flatMap((at) =>
    [1, 0].map((hit) => ({ entries: [{ at, hits: hit * met, size: pseudoSize * met }] })),
  );
}

class Sums {
  readonly hits: Float64Array;
  readonly sizes: Float64Array;

  constructor(classes: number) {
    this.hits = new Float64Array(classes);
    this.sizes = new Float64Array(classes);
  }

  add({ entries, times = 1 }: ClassRow): void {
    for (const { at, hits, size } of entries) {
      this.hits[at]! += times * hits;
      this.sizes[at]! += times * size;
    }
  }
}
