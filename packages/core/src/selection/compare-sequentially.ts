import { bettingTest, boundedSequence, holm, Moments } from '@assay/metrics';
import type { Comparison } from '../results/summary.ts';
import { type ModelScores, pairedValues } from './aligned-scores.ts';
import type { ComparableScore } from './compare-models.ts';
import { type RawComparison, verdictOf } from './compare-score.ts';

/**
 * Two models of a run that ended early, on the samples that both have: by betting on the differences in the recorded
 * random order, which stays valid although the data chose when to stop. Scores without bounds cannot be compared so.
 * @param inOrder compares two rows by their place in that order
 */
export function compareSequentially(
  baseline: ModelScores,
  candidate: ModelScores,
  scores: readonly ComparableScore[],
  inOrder: (a: number, b: number) => number,
  confidence: number,
): Comparison[] {
  const bounded = scores.filter(({ spec: { range } }) => Number.isFinite(range[1] - range[0]) && range[0] < range[1]);
  const raw = bounded.map(({ algorithm, score, spec }) =>
    compareOne(baseline, candidate, `${algorithm}.${score}`, spec.range, inOrder, confidence),
  );
  const adjusted = holm(raw.map(({ pValue }) => pValue));
  return bounded.map(({ algorithm, score, spec }, at) => {
    const { n, difference, interval, test, pValue } = raw[at]!;
    const adjustedPValue = adjusted[at]!;
    const names = { algorithm, score, baseline: baseline.model, candidate: candidate.model };
    const verdict = verdictOf(raw[at]!, spec, adjustedPValue, bounded.length, confidence);
    return { ...names, n, difference, interval, test, pValue, adjustedPValue, ...verdict };
  });
}

function compareOne(
  baseline: ModelScores,
  candidate: ModelScores,
  key: string,
  [from, to]: readonly [number, number],
  inOrder: (a: number, b: number) => number,
  confidence: number,
): RawComparison {
  const paired = pairedValues(baseline, candidate, key);
  const rows = paired.keys.map((sample) => baseline.samples.get(sample)!.index);
  const order = rows.map((_, at) => at).sort((a, b) => inOrder(rows[a]!, rows[b]!));
  const differences = order.map((at) => paired.candidate[at]! - paired.baseline[at]!);
  const width = to - from;
  const sequence = boundedSequence({ range: [-width, width], confidence });
  for (const difference of differences) sequence.add(difference);
  const shares = differences.map((difference) => Math.min(1, Math.max(0, (difference + width) / (2 * width))));
  return {
    n: differences.length,
    baselineMean: Moments.of(paired.baseline).mean() ?? 0,
    candidateMean: Moments.of(paired.candidate).mean() ?? 0,
    difference: Moments.of(differences).mean() ?? 0,
    interval: differences.length === 0 ? null : [sequence.lower, sequence.upper],
    test: 'paired betting, valid at an early stop',
    pValue: bettingTest(shares, 0.5, { confidence }),
    neededSamples: () => Number.POSITIVE_INFINITY,
  };
}
