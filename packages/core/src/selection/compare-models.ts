import { benjaminiHochberg, holm } from '@assay/metrics';
import type { Comparison, ScoreSummary } from '../results/summary.ts';
import { type ModelScores, type PairedValues, pairedValues } from './aligned-scores.ts';
import { compareValues, type RawComparison, verdictOf } from './compare-score.ts';

type Spec = ScoreSummary['spec'];

/** A score that can be compared sample by sample, with its meaning. */
export interface ComparableScore {
  readonly algorithm: string;
  readonly score: string;
  readonly spec: Spec;
}

export interface CategoryComparison extends Comparison {
  readonly category: string;
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
 * Candidate against baseline on the samples that both have, p-values adjusted over the scores by Holm.
 * @param confidence of intervals and verdicts
 */
export function compareModels(
  baseline: ModelScores,
  candidate: ModelScores,
  scores: readonly ComparableScore[],
  confidence: number = 0.95,
): Comparison[] {
  return compareAll(
    baseline,
    candidate,
    scores.map((score) => ({ ...score, category: null })),
    holm,
    confidence,
  ).map(({ category: _, ...rest }) => rest);
}

/** Each model against each before it, p-values adjusted by Holm over all pairs and scores. */
export function compareEachPair(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  confidence: number = 0.95,
): Comparison[] {
  const wanted = models.flatMap((baseline, at) =>
    models
      .slice(at + 1)
      .flatMap((candidate) => scores.map((score) => ({ ...score, category: null, baseline, candidate }))),
  );
  return compareWanted(wanted, holm, confidence).map(({ category: _, ...rest }) => rest);
}

/** The same within each category, adjusted over all of them by Benjamini-Hochberg (false discovery rate). */
export function compareCategories(
  baseline: ModelScores,
  candidate: ModelScores,
  scores: readonly ComparableScore[],
): CategoryComparison[] {
  const categories = [...new Set([...baseline.samples.values()].map(({ category }) => category))]
    .filter((category) => category !== null)
    .sort();
  const wanted = scores.flatMap((score) => categories.map((category) => ({ ...score, category })));
  return compareAll(baseline, candidate, wanted, benjaminiHochberg).map((row) => ({ ...row, category: row.category! }));
}

function compareAll(
  baseline: ModelScores,
  candidate: ModelScores,
  wanted: readonly (ComparableScore & { readonly category: string | null })[],
  adjust: Adjust,
  confidence?: number,
): (Comparison & { readonly category: string | null })[] {
  return compareWanted(
    wanted.map((each) => ({ ...each, baseline, candidate })),
    adjust,
    confidence,
  );
}

type Adjust = (pValues: readonly number[]) => readonly number[];

interface Wanted extends ComparableScore {
  readonly category: string | null;
  readonly baseline: ModelScores;
  readonly candidate: ModelScores;
}

function compareWanted(
  wanted: readonly Wanted[],
  adjust: Adjust,
  confidence?: number,
): (Comparison & { readonly category: string | null })[] {
  const raw = wanted.map((each): RawComparison => {
    const key = `${each.algorithm}.${each.score}`;
    const values: PairedValues = pairedValues(each.baseline, each.candidate, key, each.category);
    return compareValues(values, each.spec, key, confidence);
  });
  const adjusted = adjust(raw.map(({ pValue }) => pValue));
  return wanted.map(({ algorithm, score, spec, category, baseline, candidate }, at) => {
    const { n, difference, interval, test, pValue } = raw[at]!;
    const adjustedPValue = adjusted[at]!;
    const names = { algorithm, score, baseline: baseline.model, candidate: candidate.model, category };
    return {
      ...names,
      n,
      difference,
      interval,
      test,
      pValue,
      adjustedPValue,
      ...verdictOf(raw[at]!, spec, adjustedPValue, wanted.length, confidence),
    };
  });
}

/** Samples whose score moved most, largest change first. */
export function mostChanged(
  baseline: ModelScores,
  candidate: ModelScores,
  score: string,
  count: number,
): { readonly index: number; readonly input: string; readonly from: number; readonly to: number }[] {
  const { keys, baseline: before, candidate: after } = pairedValues(baseline, candidate, score);
  return keys
    .map((key, at) => ({ ...baseline.samples.get(key)!, from: before[at]!, to: after[at]! }))
    .filter(({ from, to }) => from !== to)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || a.index - b.index)
    .slice(0, count)
    .map(({ index, input, from, to }) => ({ index, input, from, to }));
}
