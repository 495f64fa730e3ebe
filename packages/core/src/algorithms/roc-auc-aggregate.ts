import { rocAuc } from '@assay/metrics';
import type { Aggregate } from './algorithm.ts';
import { ratio } from './score-specs.ts';

/** Counts of positives and negatives by score, to six significant digits: a bound on memory that keeps the order. */
type Counts = Record<string, [positives: number, negatives: number]>;

const aggregate: Aggregate<readonly [isPositive: boolean, score: number], Counts> = {
  scores: { roc_auc: ratio('Chance that a sample labelled toxic scores above one that is not; 0.5 is guessing.') },
  empty: () => ({}),
  add: (counts, [isPositive, score]) => into(counts, score.toPrecision(6), isPositive ? 1 : 0, isPositive ? 0 : 1),
  merge: (a, b) => {
    for (const [score, [positives, negatives]] of Object.entries(b)) into(a, score, positives, negatives);
    return a;
  },
  result: (counts) => {
    const isPositive: boolean[] = [];
    const scores: number[] = [];
    for (const [score, [positives, negatives]] of Object.entries(counts)) {
      for (let i = 0; i < positives + negatives; i += 1) {
        isPositive.push(i < positives);
        scores.push(Number(score));
      }
    }
    return { roc_auc: rocAuc(isPositive, scores) };
  },
  corpus: (units) => {
    const negative: number[] = [];
    const positive: number[] = [];
    for (const counts of units) {
      for (const [score, [positives, negatives]] of Object.entries(counts)) {
        for (let i = 0; i < positives; i += 1) positive.push(Number(score));
        for (let i = 0; i < negatives; i += 1) negative.push(Number(score));
      }
    }
    return { roc_auc: { kind: 'ranking', negative, positive } };
  },
};

/** How well a score tells labelled samples apart. */
export const rocAucAggregate: Aggregate = aggregate as Aggregate;

/** Adds into `counts`, which must be the caller's own. */
function into(counts: Counts, score: string, positives: number, negatives: number): Counts {
  const [p, n] = counts[score] ?? [0, 0];
  counts[score] = [p + positives, n + negatives];
  return counts;
}
