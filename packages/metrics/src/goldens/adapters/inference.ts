import { correlationMatrix, type Matrix } from '../../statistics/families/correlation-matrix.ts';
import { familyLevel } from '../../statistics/families/family-level.ts';
import { smallestPvalue } from '../../statistics/families/smallest-pvalue.ts';
import { stepDown } from '../../statistics/families/step-down.ts';
import { benjaminiHochberg, holm } from '../../statistics/hypothesis/adjust-pvalues.ts';
import { independentDifference } from '../../statistics/independent/independent-difference.ts';
import { blakerInterval } from '../../statistics/intervals/blaker.ts';
import { quantileEstimate } from '../../statistics/intervals/quantile-estimate.ts';
import { aucEstimate } from '../../statistics/jackknife/auc-estimate.ts';
import { kappaScore, macroF1Score, meanClassRate } from '../../statistics/jackknife/class-scores.ts';
import { corpusDifference } from '../../statistics/jackknife/corpus-difference.ts';
import { corpusEstimate } from '../../statistics/jackknife/corpus-interval.ts';
import type { CorpusRow } from '../../statistics/jackknife/corpus-rows.ts';
import type { CorpusScore } from '../../statistics/jackknife/corpus-score.ts';
import { ratioScore } from '../../statistics/jackknife/corpus-scores.ts';
import { boundedMean } from '../../statistics/means/bounded-mean.ts';
import { clusterEndsEstimate } from '../../statistics/means/cluster-ends-estimate.ts';
import { cr2 } from '../../statistics/means/cr2.ts';
import { estimateInterval } from '../../statistics/means/mean-estimate.ts';
import { scaleInterval } from '../../statistics/means/score-range.ts';
import { weightClasses, weightedClusters, weightedTotals } from '../../statistics/means/weight-classes.ts';
import { Moments } from '../../statistics/moments/moments.ts';
import { momentsByKey } from '../../statistics/moments/moments-by-key.ts';
import { equivalencePvalue, noninferiorityPvalue } from '../../statistics/pairs/equivalence.ts';
import { flipsInterval, flipsPvalue } from '../../statistics/pairs/flips.ts';
import type { MeanDifference } from '../../statistics/pairs/mean-difference.ts';
import { pairedDifference } from '../../statistics/pairs/paired-difference.ts';
import { normalQuantile } from '../../statistics/special/normal.ts';
import { studentQuantile } from '../../statistics/special/student-t.ts';
import type { GoldenAdapter } from '../golden-adapter.ts';

/** Fields that only this method's rows have; each row names its own. */
// biome-ignore lint/suspicious/noExplicitAny: rows are untyped JSON
type Row = any;

const matrixOf = (rows: readonly number[][]): Matrix => rows.map((row) => Float64Array.from(row));

function meanInterval({ values, low = 0, high = 1, confidence, weights, clusters }: Row): unknown {
  const range = [low, high] as const;
  if (weights !== undefined) return referenceWeighted({ values, weights, clusters, confidence, range });
  const groups = clusters === undefined ? undefined : momentsByKey(values, clusters);
  return boundedMean(Moments.of(values), range, groups)?.interval(confidence) ?? null;
}

/** The reference estimates how much weights matter, which covers too little; the product knows it (`weightedMean`). */
function referenceWeighted({ values, weights, clusters, confidence, range }: Row): unknown {
  const classes = weightClasses(values, weights, clusters);
  const { clusters: groups, squares, allAtEnds } = weightedClusters(classes, range);
  const [low, high] = estimateInterval(clusterEndsEstimate({ clusters: groups, squares, allAtEnds }), confidence);
  return scaleInterval([Math.max(0, low), Math.min(1, high)], range);
}

function answer(difference: MeanDifference | null, confidence: number): unknown {
  return difference === null ? null : { interval: difference.interval(confidence), p: difference.pvalue() };
}

function pairTest({ first, second, low = 0, high = 1, confidence, clusters }: Row): unknown {
  const differences = first.map((value: number, i: number) => value - second[i]);
  return answer(
    pairedDifference(differences, { most: high - low, ...(clusters === undefined ? {} : { clusters }) }),
    confidence,
  );
}

function equivalence({ first, second, margin }: Row): unknown {
  const differences = first.map((value: number, i: number) => value - second[i]);
  const found = pairedDifference(differences, { most: 1 })!;
  return { equivalent: equivalencePvalue(found, margin), not_worse: noninferiorityPvalue(found, margin) };
}

function quantileInterval({ values, share, confidence }: Row): unknown {
  const found = quantileEstimate(
    values.map((value: number) => [value, 1]),
    share,
  )!;
  return { value: found.value, interval: found.interval(confidence) };
}

function driftTest({ baseline, current, low = 0, high = 1, confidence, clusters = [] }: Row): unknown {
  const side = (values: number[], keys: number[] | null | undefined) => ({
    scores: Moments.of(values),
    ...(keys == null ? {} : { clusters: momentsByKey(values, keys) }),
  });
  const sides = [side(baseline, clusters[0]), side(current, clusters[1])] as const;
  return answer(independentDifference(...sides, [low, high]), confidence);
}

function stepDownOf({ p, differences, R }: Row): unknown {
  const correlation =
    R === undefined
      ? correlationMatrix(p.map((_: number, j: number) => differences.map((row: number[]) => row[j])))
      : matrixOf(R);
  return stepDown(p, correlation);
}

/** The reference's rows of BLEU have lengths last. */
function bleuRow([...row]: number[]): number[] {
  return [...row.slice(8), ...row.slice(0, 8)];
}

/** The reference's own corpus scores, in [0, 1]; its BLEU takes half a match where there is none. */
function scoreOf(kind: string, columns: number): CorpusScore {
  if (kind === 'macro_f1') return macroF1Score(columns / 2);
  if (kind === 'recalls') return meanClassRate(columns / 2);
  if (kind === 'kappa') return kappaScore(Math.round(Math.sqrt(columns)));
  if (kind === 'ratio') return ratioScore([0, 1]);
  return { ...referenceBleu, range: [0, 1] };
}

const referenceBleu: Omit<CorpusScore, 'range'> = {
  statistic: (sums) => {
    const brevity = sums[0]! >= sums[1]! ? 1 : Math.exp(1 - sums[1]! / sums[0]!);
    const logs = [2, 3, 4, 5].map((at) => Math.log(Math.max(sums[at]!, 0.5) / sums[at + 4]!));
    return brevity * Math.exp(logs.reduce((total, log) => total + log, 0) / 4);
  },
  pseudoRows: (mean) => {
    const best = Float64Array.of(mean[1]!, mean[1]!, ...mean.subarray(6), ...mean.subarray(6));
    const worst = best.slice();
    worst.fill(0, 2, 6);
    return [[best, worst]];
  },
};

function rowsOf(rows: readonly number[][], kind: string): Float64Array[] {
  return rows.map((row) => Float64Array.from(kind === 'bleu' ? bleuRow(row) : row));
}

/** Rows summed by cluster, with their sizes. */
function clustered(rows: readonly Float64Array[], keys: readonly number[] | null | undefined): CorpusRow[] {
  if (keys == null) return rows.map((row) => ({ row }));
  const groups = new Map<number, { row: Float64Array; size: number }>();
  for (const [at, row] of rows.entries()) {
    const group = groups.get(keys[at]!);
    if (group === undefined) groups.set(keys[at]!, { row: row.slice(), size: 1 });
    else {
      for (const [column, value] of row.entries()) group.row[column]! += value;
      group.size += 1;
    }
  }
  return [...groups.values()];
}

function corpusInterval({ rows, kind, low, high, confidence, clusters }: Row): unknown {
  const score = { ...scoreOf(kind, rows[0].length), range: [low ?? 0, high ?? 1] as const };
  return corpusEstimate(clustered(rowsOf(rows, kind), clusters), score)?.interval(confidence) ?? null;
}

function corpusPair({ first, second, kind, confidence, clusters }: Row): unknown {
  const candidate = clustered(rowsOf(first, kind), clusters);
  const baseline = clustered(rowsOf(second, kind), clusters);
  const pairs = candidate.map(({ row, size = 1 }, at) => ({ candidate: row, baseline: baseline[at]!.row, size }));
  return answer(corpusDifference(pairs, scoreOf(kind, first[0].length)), confidence);
}

function cr2Of({ sums, sizes }: Row): unknown {
  const { center, variance, df } = cr2(sums.map((sum: number, g: number) => ({ n: sizes[g], sum })));
  return [center, variance, df];
}

/** Mean and standard error, without pseudo-observations. */
function weightedMeanOf({ values, weights }: Row): unknown {
  const classes = weightClasses(values, weights);
  return [weightedTotals(classes)!.mean, Math.sqrt(cr2(weightedClusters(classes, [0, 1]).clusters).variance)];
}

export const adapters: readonly GoldenAdapter[] = [
  { name: 'norm_isf', compute: ({ p }: Row) => -normalQuantile(p) },
  { name: 't_isf', compute: ({ p, df }: Row) => -studentQuantile(p, df) },
  { name: 'blaker', compute: ({ x, n, confidence }: Row) => blakerInterval(x, n, confidence) },
  { name: 'mean_interval', compute: meanInterval },
  { name: 'cr2', compute: cr2Of },
  { name: 'weighted_mean', compute: weightedMeanOf },
  {
    name: 'flips',
    compute: ({ b, c, n, confidence }: Row) => {
      const flips = { wins: b, losses: c, n };
      return { interval: flipsInterval(flips, confidence), p: flipsPvalue(flips) };
    },
  },
  { name: 'pair_test', compute: pairTest },
  { name: 'equivalence', pvalues: true, compute: equivalence },
  { name: 'quantile_interval', compute: quantileInterval },
  { name: 'adjusted', pvalues: true, compute: ({ p }: Row) => ({ holm: holm(p), fdr: benjaminiHochberg(p) }) },
  { name: 'drift_test', compute: driftTest },
  { name: 'any_below', pvalues: true, compute: ({ p, R }: Row) => smallestPvalue(matrixOf(R))(p) },
  { name: 'family_level', pvalues: true, compute: ({ R, alpha }: Row) => familyLevel(matrixOf(R), alpha) },
  { name: 'step_down', pvalues: true, compute: stepDownOf },
  { name: 'corpus_interval', compute: corpusInterval },
  { name: 'corpus_pair', compute: corpusPair },
  {
    name: 'auc_interval',
    compute: ({ negative, positive, confidence }: Row) => aucEstimate(negative, positive)?.interval(confidence) ?? null,
  },
];
