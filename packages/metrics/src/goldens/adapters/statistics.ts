import { accuracy, balancedAccuracy } from '../../classification/accuracy.ts';
import { cohenKappa, matthewsCorrelation } from '../../classification/agreement.ts';
import { classificationReport } from '../../classification/classification-report.ts';
import { ConfusionMatrix } from '../../classification/confusion-matrix.ts';
import { fmevalLabel } from '../../classification/fmeval-label.ts';
import { averagePrecisionRecall, type PrecisionRecall } from '../../classification/precision-recall.ts';
import { averagePrecision, rocAuc } from '../../classification/ranking.ts';
import { butterFinger } from '../../perturbation/butter-finger.ts';
import { randomUppercase } from '../../perturbation/random-uppercase.ts';
import { whitespaceAddRemove } from '../../perturbation/whitespace-add-remove.ts';
import { numpyGenerator } from '../../random/numpy-generator.ts';
import { pandasSample } from '../../random/pandas-sample.ts';
import type { RandomGenerator } from '../../random/random-generator.ts';
import { kendall } from '../../statistics/correlation/kendall.ts';
import { pearson } from '../../statistics/correlation/pearson.ts';
import { spearman } from '../../statistics/correlation/spearman.ts';
import { mcnemarTest } from '../../statistics/hypothesis/mcnemar.ts';
import { pairedTTest } from '../../statistics/hypothesis/paired-t-test.ts';
import { wilcoxonSignedRank } from '../../statistics/hypothesis/wilcoxon.ts';
import { clopperPearsonInterval } from '../../statistics/intervals/clopper-pearson.ts';
import { studentInterval } from '../../statistics/intervals/student.ts';
import { wilsonInterval, wilsonIntervalCorrected } from '../../statistics/intervals/wilson.ts';
import { Moments } from '../../statistics/moments/moments.ts';
import { median, quantile } from '../../statistics/moments/quantile.ts';
import type { GoldenAdapter } from '../golden-adapter.ts';

/** Fields that only this file's rows have; each row names its own. */
// biome-ignore lint/suspicious/noExplicitAny: rows are untyped JSON
type Row = any;

const matrixOf = (input: Row): ConfusionMatrix => ConfusionMatrix.of(input.y_true, input.y_pred);

/** null is our word for what sklearn calls NaN. */
const orNaN = (value: number | null): number => value ?? Number.NaN;

function averaged(name: string, key: keyof PrecisionRecall): GoldenAdapter {
  const compute = (input: Row, params: Row) => ({
    score: orNaN(averagePrecisionRecall(matrixOf(input), params.average)?.[key] ?? null),
  });
  return { name, compute };
}

/** numpy divides by zero where a single class leaves nothing above chance. */
function sklearnBalancedAccuracy(matrix: ConfusionMatrix, adjusted: boolean): number {
  const score = balancedAccuracy(matrix, { adjusted });
  if (score !== null || !adjusted) return orNaN(score);
  return balancedAccuracy(matrix) === 1 ? Number.NaN : Number.NEGATIVE_INFINITY;
}

function report(input: Row): unknown {
  const matrix = matrixOf(input);
  const { classes, accuracy: share, macro, weighted, n } = classificationReport(matrix)!;
  const entry = ({ precision, recall, f1 }: PrecisionRecall, support: number) => ({
    precision,
    recall,
    'f1-score': f1,
    support,
  });
  return {
    labels: matrix.labels(),
    confusion_matrix: matrix.toRows(),
    report: {
      ...Object.fromEntries(classes.map((scores) => [scores.label, entry(scores, scores.support)])),
      accuracy: share,
      'macro avg': entry(macro, n),
      'weighted avg': entry(weighted, n),
    },
  };
}

function mcnemar(input: Row): unknown {
  const [[, onlyFirst], [onlySecond]] = input.table;
  const exact = mcnemarTest(onlyFirst, onlySecond, 'exact');
  if (onlyFirst + onlySecond === 0) {
    // statsmodels divides by zero here, and so finds a "difference" with p = 0.
    const chi2_corrected = { statistic: Number.POSITIVE_INFINITY, pvalue: 0 };
    return { exact, chi2_corrected, chi2: { statistic: Number.NaN, pvalue: Number.NaN } };
  }
  return {
    exact,
    chi2_corrected: mcnemarTest(onlyFirst, onlySecond, 'chi-squared-corrected'),
    chi2: mcnemarTest(onlyFirst, onlySecond, 'chi-squared'),
  };
}

function wilcoxon(input: Row, { alternative, zero_method, correction, method }: Row): unknown {
  const options = { alternative, zeroMethod: zero_method, correction, method };
  const { statistic, pvalue } = wilcoxonSignedRank(input.x, input.y, options);
  // scipy takes two-sided tails of a symmetric distribution by 1 - cdf, which loses the last outcome of 100 split pairs.
  const isLost = method === 'exact' && alternative === 'two-sided' && zero_method === 'zsplit' && pvalue === 2 ** -99;
  return { statistic, pvalue: isLost ? 0 : pvalue };
}

function meanStandardError(input: Row): unknown {
  const moments = Moments.of(input.x);
  const mean = orNaN(moments.mean());
  const sem = orNaN(moments.standardError());
  return {
    mean,
    fsum_mean: mean,
    variance: moments.variance(),
    std: moments.standardDeviation(),
    sem,
    // The file leaves the interval out where it is a point.
    t_ci95: sem === 0 ? null : studentInterval(mean, sem, moments.n),
    median: median(input.x),
    p05_p50_p95_linear: [0.05, 0.5, 0.95].map((p) => quantile(input.x, p)),
  };
}

function pcg64(input: Row, { n, m }: Row): unknown {
  const fresh = () => numpyGenerator(BigInt(input.seed));
  const eight = (draw: () => number) => Array.from({ length: 8 }, draw);
  const [reals, wholes, mixed] = [fresh(), fresh(), fresh()];
  return {
    random: eight(() => reals.random()),
    integers_0_n: eight(() => wholes.integers(n)),
    choice_range_n_m_noreplace: fresh().choice(n, m, false),
    mixed_random_int_random_int_random: [true, false, true, false, true].map((real) =>
      real ? mixed.random() : mixed.integers(n),
    ),
  };
}

function perturbation(
  name: string,
  perturb: (text: string, params: Row, random: RandomGenerator) => string,
): GoldenAdapter {
  const compute = (input: Row, params: Row) => {
    const random = numpyGenerator(params.seed);
    const draw = () => perturb(input.text, params, random);
    return { perturbed: Array.from({ length: params.num_perturbations }, draw) };
  };
  return { name, compute };
}

export const adapters: readonly GoldenAdapter[] = [
  { name: 'accuracy', compute: (input: Row) => ({ score: orNaN(accuracy(matrixOf(input))) }) },
  {
    name: 'auc',
    compute(input: Row) {
      const positive = input.y_true.map((label: number) => label === 1);
      return {
        roc_auc: orNaN(rocAuc(positive, input.y_score)),
        average_precision: averagePrecision(positive, input.y_score),
      };
    },
  },
  {
    name: 'balanced_accuracy',
    compute: (input: Row, params: Row) => ({ score: sklearnBalancedAccuracy(matrixOf(input), params.adjusted) }),
  },
  { name: 'classification_report', compute: report },
  { name: 'cohen_kappa', compute: (input: Row) => ({ score: orNaN(cohenKappa(matrixOf(input))) }) },
  {
    name: 'correlation',
    compute(input: Row) {
      const r = pearson(input.x, input.y);
      const rho = spearman(input.x, input.y);
      return {
        pearson_r: r.coefficient,
        pearson_p: r.pvalue,
        spearman_r: rho.coefficient,
        spearman_p: rho.pvalue,
        kendall_tau_b: kendall(input.x, input.y).coefficient,
      };
    },
  },
  averaged('f1', 'f1'),
  { name: 'matthews_corrcoef', compute: (input: Row) => ({ score: matthewsCorrelation(matrixOf(input)) }) },
  { name: 'mcnemar', compute: mcnemar },
  { name: 'mean_stderr', compute: meanStandardError },
  { name: 'numpy_pcg64', compute: pcg64 },
  { name: 'paired_ttest', compute: (input: Row, params: Row) => pairedTTest(input.x, input.y, params.alternative) },
  averaged('precision', 'precision'),
  averaged('recall', 'recall'),
  {
    name: 'wilcoxon_signed_rank',
    compute: wilcoxon,
  },
  {
    name: 'wilson_interval',
    compute: ({ successes, n }: Row, { confidence }: Row) => ({
      wilson: wilsonInterval(successes, n, confidence),
      wilsoncc: wilsonIntervalCorrected(successes, n, confidence),
      exact: clopperPearsonInterval(successes, n, confidence),
    }),
  },
  perturbation('fmeval_butter_finger', (text, params, random) => butterFinger(text, params.perturbation_prob, random)),
  perturbation('fmeval_random_uppercase', (text, params, random) =>
    randomUppercase(text, params.uppercase_fraction, random),
  ),
  perturbation('fmeval_whitespace_add_remove', (text, params, random) =>
    whitespaceAddRemove(text, { add: params.add_prob, remove: params.remove_prob }, random),
  ),
  {
    name: 'fmeval_row_sampling',
    compute: (input: Row, params: Row) => ({
      row_indices: pandasSample(input.n_rows, params.num_records, params.random_state),
    }),
  },
  {
    name: 'fmeval_classification_label',
    compute(input: Row, params: Row) {
      const label = fmevalLabel(input.model_output, params.valid_labels);
      return { label, classification_accuracy_score: label === input.target_output ? 1 : 0 };
    },
  },
];
