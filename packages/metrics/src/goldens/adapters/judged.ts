import { agreementEstimate } from '../../statistics/agreement/agreement-interval.ts';
import { correctedEstimate } from '../../statistics/judged/corrected-estimate.ts';
import { judgeUsefulness } from '../../statistics/judged/judge-usefulness.ts';
import { judgedDifference } from '../../statistics/judged/judged-difference.ts';
import { judgedMean } from '../../statistics/judged/judged-mean.ts';
import { expectedHalfWidth, type JudgedPlan, labelsNeeded } from '../../statistics/judged/judged-plan.ts';
import { type JudgedSamples, unitSamples } from '../../statistics/judged/judged-samples.ts';
import { publishedPpi } from '../../statistics/judged/published-ppi.ts';
import { recalibratedJudge } from '../../statistics/judged/recalibrated-judge.ts';
import type { GoldenAdapter } from '../golden-adapter.ts';

/** Fields that only this method's rows have; each row names its own. */
// biome-ignore lint/suspicious/noExplicitAny: rows are untyped JSON
type Row = any;

function samplesOf({ y, f, judge, weights, clusters, judge_clusters: judgeClusters }: Row): JudgedSamples {
  return {
    labels: y,
    judged: f,
    judge,
    ...(weights == null ? {} : { weights }),
    ...(clusters == null ? {} : { clusters }),
    ...(judgeClusters == null ? {} : { judgeClusters }),
  };
}

function meanOf(row: Row): unknown {
  const found = judgedMean(samplesOf(row), { target: row.target });
  if (found === null) return null;
  const [low, high] = found.interval(row.confidence);
  return { low, high, lam: found.lambda, used: found.used };
}

function pairOf({ ya, yb, fa, fb, judge_a, judge_b, confidence, target, ...rest }: Row): unknown {
  const gap = (a: number[], b: number[]) => a.map((value, i) => value - b[i]!);
  const pairs = samplesOf({ ...rest, y: gap(ya, yb), f: gap(fa, fb), judge: gap(judge_a, judge_b) });
  const found = judgedDifference(pairs, { target });
  if (found === null) return null;
  const [low, high] = found.interval(confidence);
  return { low, high, lam: found.lambda, p: found.pvalue(), used: found.method };
}

function correctedOf(row: Row): unknown {
  const { center, variance, df, lambda } = correctedEstimate(unitSamples(samplesOf(row), [0, 1]), row.target);
  return { centre: center, variance, df, lam: lambda };
}

function publishedOf({ y, f, unlabelled, alpha, lam }: Row): unknown {
  const { estimate, interval, lambda } = publishedPpi(y, f, unlabelled, lam, 1 - alpha);
  return { estimate, low: interval[0], high: interval[1], lam: lambda };
}

function planOf({ N, rho, sd, confidence, target }: Row): JudgedPlan {
  return { samples: N, correlation: rho, deviation: sd, confidence, target };
}

function recalibratedOf(row: Row): unknown {
  const { judged, judge } = recalibratedJudge(samplesOf(row));
  return { f: judged, judge };
}

export const adapters: readonly GoldenAdapter[] = [
  { name: 'judged_mean', compute: meanOf },
  { name: 'judged_pair', compute: pairOf },
  { name: 'corrected', compute: correctedOf },
  { name: 'recalibrated', compute: recalibratedOf },
  { name: 'usefulness', compute: ({ y, f }: Row) => judgeUsefulness(y, f)?.slope ?? null },
  { name: 'ppi_mean', compute: publishedOf },
  { name: 'expected_half', compute: (row: Row) => expectedHalfWidth(row.n, planOf(row)) },
  { name: 'labels_needed', compute: (row: Row) => labelsNeeded(row.half, planOf(row)) },
  { name: 'agreement', compute: ({ table, kind }: Row) => agreementEstimate(table, kind)?.interval() ?? null },
];
