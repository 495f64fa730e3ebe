import { benjaminiHochberg, holm } from '@assay/metrics';
import type { Comparison, ScoreSummary } from '../results/summary.ts';
import { compareValues, fixedTest, type TestPairs, verdictOf } from './compare-score.ts';
import type { ModelScores } from './model-scores.ts';
import { pairedValues, pairSamples, type SamplePairs } from './sample-pairs.ts';

/** A score that can be compared sample by sample, with its meaning. */
export interface ComparableScore {
  readonly algorithm: string;
  readonly score: string;
  readonly spec: ScoreSummary['spec'];
}

export interface CategoryComparison extends Comparison {
  readonly category: string;
}

export interface CompareOptions {
  /** Of intervals and verdicts. @default 0.95 */
  readonly confidence?: number | undefined;
  /** @default McNemar or a permutation test, for a number of samples fixed beforehand */
  readonly test?: TestPairs;
}

/** Sample scores of a summary, in its order; aggregates have no sample values. */
export function comparableScores(scores: readonly ScoreSummary[]): ComparableScore[] {
  const found = new Map<string, ComparableScore>();
  for (const { algorithm, score, spec, from } of scores) {
    if (from === 'mean') found.set(`${algorithm}.${score}`, { algorithm, score, spec });
  }
  return [...found.values()];
}

/**
 * Scores of single samples that every run has, with the meaning that the last gives them.
 * @param wanted `score` or `algorithm.score` @default all
 */
export function sharedScores(
  runs: readonly { readonly scores: readonly ScoreSummary[] }[],
  wanted?: string,
): ComparableScore[] {
  const all = runs.map(({ scores }) => comparableScores(scores));
  const there = all.map((scores) => new Set(scores.map(({ algorithm, score }) => `${algorithm}.${score}`)));
  return (all.at(-1) ?? []).filter(({ algorithm, score }) => {
    const key = `${algorithm}.${score}`;
    return there.every((keys) => keys.has(key)) && (wanted === undefined || wanted === score || wanted === key);
  });
}

/** Candidate against baseline on the samples that both have, p-values adjusted over the scores by Holm. */
export function compareModels(
  pairs: SamplePairs,
  scores: readonly ComparableScore[],
  options: CompareOptions = {},
): Comparison[] {
  return compareAll(
    scores.map((score) => ({ ...score, pairs, category: null })),
    holm,
    options,
  );
}

/** Each model against each before it, p-values adjusted by Holm over all pairs and scores. */
export function compareEachPair(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  options: CompareOptions = {},
): Comparison[] {
  const all = models.flatMap((baseline, at) =>
    models.slice(at + 1).map((candidate) => pairSamples(baseline, candidate)),
  );
  const wanted = all.flatMap((pairs) => scores.map((score) => ({ ...score, pairs, category: null })));
  return compareAll(wanted, holm, options);
}

/** The same within each category, adjusted over all of them by Benjamini-Hochberg (false discovery rate). */
export function compareCategories(pairs: SamplePairs, scores: readonly ComparableScore[]): CategoryComparison[] {
  const categories = [...new Set(pairs.baseline.categories)].filter((category) => category !== null).sort();
  const wanted = scores.flatMap((score) => categories.map((category) => ({ ...score, pairs, category })));
  const found = compareAll(wanted, benjaminiHochberg, {});
  return found.map((row, at) => ({ ...row, category: wanted[at]!.category }));
}

interface Wanted extends ComparableScore {
  readonly pairs: SamplePairs;
  readonly category: string | null;
}

function compareAll(
  wanted: readonly Wanted[],
  adjust: (pValues: readonly number[]) => readonly number[],
  { confidence = 0.95, test = fixedTest(confidence) }: CompareOptions,
): Comparison[] {
  const raw = wanted.map(({ algorithm, score, spec, pairs, category }) => {
    const key = `${algorithm}.${score}`;
    return compareValues(pairedValues(pairs, key, category), spec, key, test);
  });
  const adjusted = adjust(raw.map(({ pValue }) => pValue));
  return wanted.map(({ algorithm, score, pairs, category }, at): Comparison => {
    const { n, difference, interval, test: name, pValue, leftOut } = raw[at]!;
    const adjustedPValue = adjusted[at]!;
    return {
      algorithm,
      score,
      baseline: pairs.baseline.model,
      candidate: pairs.candidate.model,
      n,
      difference,
      interval,
      test: name,
      pValue,
      adjustedPValue,
      ...verdictOf(raw[at]!, adjustedPValue, wanted.length, confidence),
      ...(category === null ? { leftOut } : {}),
    };
  });
}
