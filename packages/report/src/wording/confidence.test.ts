import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { markdownReport } from '../formats/write-markdown.ts';
import { pairFigures } from '../run-page/pair-figures.ts';
import { scoreFigures } from '../run-page/score-figures.ts';
import { formatConfidence, intervalMethods, intervalTitle, pairConfidence } from './confidence.ts';

const run = makeRun({ samples: 40 });
const stop = {
  score: 'qa_accuracy.f1_score',
  rule: { kind: 'width', width: 0.1 },
  confidence: 0.975,
  minSamples: 10,
  decided: false,
  samples: 40,
  saved: 0,
  lastRow: null,
  orderSeed: 1,
  reason: 'the interval is wider',
} as const;
const sequential = {
  ...run.summary,
  models: run.summary.models.map((model) => ({ ...model, stop: stop as never })),
  scores: run.summary.scores.map((score) => ({
    ...score,
    confidence: 0.975,
    intervalMethod: 'sequence' as const,
  })),
};

test('a confidence keeps its digits', () => {
  expect([0.95, 0.975, 0.9, 0.999].map(formatConfidence)).toEqual([
    '95\u00a0%',
    '97.5\u00a0%',
    '90\u00a0%',
    '99.9\u00a0%',
  ]);
});

test('a column of several confidences names none', () => {
  expect(intervalTitle([{ confidence: 0.95 }, { confidence: 0.95 }])).toBe('95\u00a0% interval');
  expect(intervalTitle([{ confidence: 0.95 }, { confidence: 0.99 }])).toBe('Interval');
  expect(intervalTitle([])).toBe('Interval');
});

test('weighted means say what their samples count like, and what no method carries has no value', () => {
  const weighted = { score: 'f1_score', n: 2000, effectiveSamples: 1234.5, intervalMethod: 'weighted-ends' } as const;
  const unknown = { score: 'bleu', n: 2000, intervalMethod: null, intervalMissing: 'weights' } as const;
  const words = intervalMethods([unknown, weighted])!;
  expect(words).toMatch(/^Means are weighted: 2,000 samples count like 1,230 of equal weight\. Intervals: CR2/);
  expect(words).toContain('No value of bleu: samples count by weights, and no method for this figure carries them.');
});

test('the methods are named once each, and none where there is no interval', () => {
  const row = (intervalMethod: 'blaker' | null, why?: 'unbounded' | 'count') => ({
    score: 'latency_s',
    n: 3,
    intervalMethod,
    ...(why === undefined ? {} : { intervalMissing: why }),
  });
  expect(intervalMethods([row('blaker'), row('blaker'), row(null)])).toBe(
    'Intervals: Blaker’s exact one for scores of 0 and 1.',
  );
  expect(intervalMethods([row(null), row(null, 'count')])).toBeNull();
  expect(intervalMethods([row(null, 'unbounded'), row(null, 'unbounded')])).toBe(
    'No interval of latency_s: a mean without bounds has none: one value that was not seen could move it anywhere.',
  );
});

test('intervals of a run that may stop early are called what they are, at their own confidence', () => {
  const { figures, methods } = scoreFigures(sequential, new Map());
  expect(new Set(figures.map((each) => each.intervalTitle))).toEqual(new Set(['97.5\u00a0% interval']));
  expect(methods).toContain('confidence sequences, which hold after every sample at once');
  expect(pairFigures(sequential).confidence).toBe('97.5\u00a0%');
  expect(markdownReport({ ...run, summary: sequential })).toContain('| 97.5\u00a0% interval |');
  expect(pairConfidence(sequential)).toBe(0.975);
  expect(pairConfidence(run.summary)).toBe(0.95);
});
