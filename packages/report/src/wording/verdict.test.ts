import type { Comparison, ScoreSummary, Summary } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { verdictOf } from './verdict.ts';

function summaryOf(
  values: Readonly<Record<string, readonly number[]>>,
  verdicts: readonly (readonly [baseline: string, candidate: string, score: number, verdict: Comparison['verdict']])[],
  better: 'higher' | 'lower' = 'higher',
): Summary {
  const base = makeRun({ samples: 2 }).summary;
  const template = base.scores[0]!;
  const models = Object.keys(values);
  const scoreOf = (model: string, i: number, value: number): ScoreSummary => ({
    ...template,
    model,
    score: `s${i}`,
    value,
    interval: [value - 0.1, value + 0.1],
    spec: { ...template.spec, better },
  });
  return {
    ...base,
    models: models.map((name) => ({ ...base.models[0]!, name })),
    scores: models.flatMap((model) => values[model]!.map((value, i) => scoreOf(model, i, value))),
    comparisons: verdicts.map(([baseline, candidate, score, verdict]) => ({
      algorithm: template.algorithm,
      score: `s${score}`,
      baseline,
      candidate,
      n: 100,
      difference: values[candidate]![score]! - values[baseline]![score]!,
      interval: [0.01, 0.3],
      test: 'paired permutation',
      pValue: 0.01,
      adjustedPValue: 0.02,
      confidence: 0.95,
      adjustedInterval: [0.01, 0.3],
      family: 1,
      verdict,
      reason: verdict === 'cannot tell' ? 'needs about 1,400 samples' : '',
    })),
  };
}

test('one model: its first score with its interval', () => {
  const { headline, scores } = verdictOf(summaryOf({ A: [0.5] }, []));
  expect(headline).toMatch(/^A reaches 0\.500 \(0\.400\s…\s0\.600\) in s0, over \d+ samples? of general-knowledge\.$/);
  expect(scores).toHaveLength(1);
});

test('a paired test that supports the leader makes it better', () => {
  const { headline, scores } = verdictOf(summaryOf({ A: [0.5], B: [0.7] }, [['A', 'B', 0, 'better']]));
  expect(headline).toBe('B is better than A on s0.');
  expect(scores[0]).toMatchObject({ leader: 'B', decided: true, ruling: 'B is better' });
});

test('the same test told from the other side says the same', () => {
  const { headline } = verdictOf(summaryOf({ A: [0.5], B: [0.7] }, [['B', 'A', 0, 'worse']]));
  expect(headline).toBe('B is better than A on s0.');
});

test('a difference that noise may explain decides nothing and gives the reason', () => {
  const { headline, scores } = verdictOf(summaryOf({ A: [0.5], B: [0.7] }, [['A', 'B', 0, 'cannot tell']]));
  expect(headline).toBe('These samples cannot tell A and B apart on s0.');
  expect(scores[0]).toMatchObject({ decided: false, ruling: 'cannot tell' });
  expect(scores[0]!.evidence.join()).toContain('needs about 1,400 samples');
});

test('a lead without a paired test is called untested', () => {
  const { headline, scores } = verdictOf(summaryOf({ A: [0.5], B: [0.9] }, []));
  expect(headline).toContain('cannot tell');
  expect(scores[0]).toMatchObject({ decided: false, ruling: 'B leads, untested' });
});

test('where lower is better, the lower value leads', () => {
  const { headline } = verdictOf(summaryOf({ A: [0.5], B: [0.7] }, [['B', 'A', 0, 'better']], 'lower'));
  expect(headline).toBe('A is better than B on s0.');
});

test('models that win on different scores are all named', () => {
  const { headline } = verdictOf(
    summaryOf({ A: [0.5, 0.9, 0.5], B: [0.7, 0.1, 0.6] }, [
      ['A', 'B', 0, 'better'],
      ['A', 'B', 1, 'worse'],
      ['A', 'B', 2, 'cannot tell'],
    ]),
  );
  expect(headline).toBe(
    'No model is best throughout: B is better on 1 of 3 scores and A is better on 1; on one these samples cannot tell.',
  );
});

test('among three, the best must beat each of the others', () => {
  const values = { A: [0.5], B: [0.7], C: [0.8] };
  const undecided = verdictOf(
    summaryOf(values, [
      ['A', 'C', 0, 'better'],
      ['B', 'C', 0, 'cannot tell'],
    ]),
  );
  expect(undecided.headline).toBe('These samples cannot tell A, B and C apart on s0.');
  expect(undecided.scores[0]!.ruling).toBe('cannot tell C and B apart');
  const decided = verdictOf(
    summaryOf(values, [
      ['A', 'C', 0, 'better'],
      ['B', 'C', 0, 'better'],
    ]),
  );
  expect(decided.headline).toBe('C is best on s0.');
});

test('equal values have no leader', () => {
  expect(verdictOf(summaryOf({ A: [0.5], B: [0.5] }, [])).scores[0]).toMatchObject({
    leader: null,
    ruling: 'no difference',
  });
});

test('a run without any score says so', () => {
  expect(verdictOf(summaryOf({ A: [], B: [] }, [])).headline).toBe('Nothing was scored on general-knowledge.');
});
