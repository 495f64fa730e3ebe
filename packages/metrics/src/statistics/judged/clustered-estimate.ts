import { cr2 } from '../means/cr2.ts';
import { ENDS } from '../means/ends-estimate.ts';
import type { MeanEstimate } from '../means/mean-estimate.ts';
import { weightedEstimate } from '../means/weighted-estimate.ts';
import { momentsByKey } from '../moments/moments-by-key.ts';
import { exactTotal, judgeSpread, sumsWithDisagreement } from './disagreement-rows.ts';
import type { JudgedSamples, JudgedTarget } from './judged-samples.ts';

/** A mean of labels in [0, 1], corrected by what a judge said of the samples without a label. */
export interface CorrectedEstimate extends MeanEstimate {
  /** How much of the judge it takes; 0 where the labels stand alone. */
  readonly lambda: number;
}

/**
 * The corrected estimate where samples come in clusters, or were labelled with unequal probabilities: the clustered ends
 * estimate of label − λ · judge, scaled to [0, 1], beside the judge's own mean over all clusters. O(N).
 * @param samples in [0, 1]; weights of mean 1
 */
export function clusteredEstimate(samples: JudgedSamples, target: JudgedTarget): CorrectedEstimate {
  const { labels, judged, judge, weights, clusters } = samples;
  const spread = judgeSpread(judge);
  const { lambda } = sumsWithDisagreement(samples, spread, ENDS * sizeMet(samples));
  const low = -lambda * spread.top;
  const span = 1 + lambda * (spread.top - spread.bottom);
  const rests = Float64Array.from(labels, (label, i) =>
    Math.min(1, Math.max(0, (label - lambda * judged[i]! - low) / span)),
  );
  const rest = weightedEstimate(rests, weights, clusters);
  const known = rest.variance * span ** 2;
  const ofJudge = target === 'process' && lambda > 0 ? judgeVariance(samples, lambda) : 0;
  return {
    center: low + span * rest.center + (lambda * spread.total) / judge.length,
    variance: known + ofJudge,
    df: Math.max(rest.df - (lambda > 0 ? 1 : 0), 1),
    lambda,
  };
}

/** The size of the cluster that a labelled sample meets. */
function sizeMet({ labels, weights, clusters }: JudgedSamples): number {
  const own = weights ?? new Float64Array(labels.length).fill(1);
  const sizes = clusters === undefined ? Array.from(own) : momentsByKey(own, clusters).map((moments) => moments.sum());
  return exactTotal(sizes.length, (g) => sizes[g]! ** 2) / exactTotal(sizes.length, (g) => sizes[g]!);
}

/** What the judge's mean over all samples adds to the variance, and its covariance with the rest. */
function judgeVariance({ labels, judged, judge, weights, judgeClusters }: JudgedSamples, lambda: number): number {
  const groups = judgeClusters === undefined ? null : momentsByKey(judge, judgeClusters);
  const totals =
    groups === null
      ? Array.from(judge, (sum) => ({ n: 1, sum }))
      : groups.map((moments) => ({ n: moments.n, sum: moments.sum() }));
  const n = labels.length;
  const mean = (value: (i: number) => number) =>
    exactTotal(n, weights === undefined ? value : (i) => weights[i]! * value(i)) /
    exactTotal(n, (i) => weights?.[i] ?? 1);
  const rest = (i: number) => labels[i]! - lambda * judged[i]!;
  const restMean = mean(rest);
  const judgeMean = mean((i) => judged[i]!);
  const covariance = mean((i) => (rest(i) - restMean) * (judged[i]! - judgeMean));
  return lambda ** 2 * cr2(totals).variance + (2 * lambda * Math.max(0, covariance)) / judge.length;
}
