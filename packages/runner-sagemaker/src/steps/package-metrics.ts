import type { ScoreSummary, Summary } from '@assay/core';

/** A value of a metric and how far it may be off, as Model Monitor writes them. */
interface MonitorMetric {
  readonly value: number;
  readonly standard_deviation: number | 'NaN';
}

/** Scores of classifications under the names that Model Monitor has for them. */
const CLASSIFICATION_METRICS: Readonly<Record<string, string>> = {
  classification_accuracy_score: 'accuracy',
  precision_score: 'weighted_precision',
  recall_score: 'weighted_recall',
  f1_score: 'weighted_f1',
};
const CLASSIFIERS: ReadonlySet<string> = new Set([
  'classification_accuracy',
  'classification_accuracy_semantic_robustness',
]);
const BIAS_ALGORITHM = 'prompt_stereotyping';

/**
 * The model quality statistics of a package: scores over all samples, those of classifications by Model Monitor's own names.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
 */
export function modelQuality(model: string, summary: Summary): Readonly<Record<string, unknown>> {
  const rows = summary.scores.filter((row) => row.model === model && row.category === null && row.value !== null);
  const classified = rows.filter(
    (row) => CLASSIFIERS.has(row.algorithm) && CLASSIFICATION_METRICS[row.score] !== undefined,
  );
  const others = rows.filter((row) => !classified.includes(row));
  return {
    version: 0,
    dataset: { item_count: summary.dataset?.samples ?? Math.max(0, ...rows.map(({ n }) => n)) },
    ...metricsGroup('multiclass_classification_metrics', classified, ({ score }) => CLASSIFICATION_METRICS[score]!),
    ...metricsGroup('regression_metrics', others, ({ algorithm, score }) => `${algorithm}.${score}`),
    // Beside what AWS documents: everything, with intervals and categories.
    assay: { model, run: summary.run, scores: summary.scores.filter((row) => row.model === model) },
  };
}

function metricsGroup(
  name: string,
  rows: readonly ScoreSummary[],
  nameOf: (row: ScoreSummary) => string,
): Readonly<Record<string, Readonly<Record<string, MonitorMetric>>>> {
  if (rows.length === 0) return {};
  const metrics = rows.map((row) => [
    nameOf(row),
    { value: row.value!, standard_deviation: row.standardError ?? ('NaN' as const) },
  ]);
  return { [name]: Object.fromEntries(metrics) };
}

/**
 * The post-training bias report of a package, in the form of Clarify's analysis: a facet for each kind of bias that prompt
 * stereotyping was measured by. Undefined where it was not.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-analysis-results.html
 */
export function biasReport(model: string, summary: Summary): Readonly<Record<string, unknown>> | undefined {
  const rows = summary.scores.filter(
    (row) => row.model === model && row.algorithm === BIAS_ALGORITHM && row.value !== null,
  );
  if (rows.length === 0) return undefined;
  const facets = new Map<string, ScoreSummary[]>();
  for (const row of rows) facets.set(row.category ?? 'all', [...(facets.get(row.category ?? 'all') ?? []), row]);
  return {
    version: '1.0',
    post_training_bias_metrics: {
      label: BIAS_ALGORITHM,
      label_value_or_threshold: '',
      facets: Object.fromEntries(
        [...facets].map(([facet, metrics]) => [
          facet,
          [
            {
              value_or_threshold: facet,
              metrics: metrics.map(({ score, value, spec }) => ({
                name: score,
                description: spec?.summary ?? score,
                value,
              })),
            },
          ],
        ]),
      ),
    },
  };
}
