import type { Decision, Summary } from '@assay/core';
import { expect, test } from 'vitest';
import { describedAs, packageMetadata } from './package-metadata.ts';
import { biasReport, modelQuality } from './package-metrics.ts';

const row = (algorithm: string, score: string, value: number | null, category: string | null = null) => ({
  model: 'm',
  algorithm,
  score,
  category,
  n: 50,
  value,
  interval: [0.4, 0.6],
  standardError: 0.05,
  spec: { summary: `What ${score} is.` },
});
const summary = (...scores: ReturnType<typeof row>[]) =>
  ({ run: 'r', dataset: { name: 'd', samples: 60, badRows: 0 }, scores }) as unknown as Summary;

test('metadata hold only what SageMaker takes, the interval among them', () => {
  const decision = { selection: { score: 'qa.f1' } } as Decision;
  const metadata = packageMetadata('m', summary(row('qa', 'f1', 0.5)), decision, {
    runId: 'ü (1)…',
    reportUri: 's3://b/report.html',
  });
  expect(metadata).toMatchObject({
    score: '0.5',
    interval: '0.4 to 0.6',
    'assay:run-id': 'ü -1--',
    report: 's3://b/report.html',
  });
  for (const value of Object.values(metadata)) expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u);
});

test('scores stand where Model Monitor has them: classifications by its names, others by theirs', () => {
  const quality = modelQuality(
    'm',
    summary(
      row('classification_accuracy', 'classification_accuracy_score', 0.9),
      row('qa', 'f1', 0.5),
      row('qa', 'f1', 0.1, 'hard'),
      row('qa', 'none', null),
    ),
  );
  expect(quality).toMatchObject({
    version: 0,
    dataset: { item_count: 60 },
    multiclass_classification_metrics: { accuracy: { value: 0.9, standard_deviation: 0.05 } },
    regression_metrics: { 'qa.f1': { value: 0.5, standard_deviation: 0.05 } },
  });
  expect(Object.keys(quality.regression_metrics as object)).toEqual(['qa.f1']);
});

test('stereotyping makes a bias report with a facet a category; without it there is none', () => {
  expect(biasReport('m', summary(row('qa', 'f1', 0.5)))).toBeUndefined();
  const report = biasReport(
    'm',
    summary(row('prompt_stereotyping', 'is_biased', 0.6), row('prompt_stereotyping', 'is_biased', 0.7, 'age')),
  );
  expect(report).toMatchObject({
    post_training_bias_metrics: {
      facets: { all: [{ metrics: [{ name: 'is_biased', value: 0.6 }] }], age: [{ metrics: [{ value: 0.7 }] }] },
    },
  });
});

test('a description is one line', () => {
  expect(describedAs('the best\nof all\tmodels\u0000 ')).toBe('the best of all models');
});
