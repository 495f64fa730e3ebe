import type { ScoreSummary, Summary } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { robustnessCurves } from './robustness-curves.ts';

const { summary } = makeRun({ models: ['A', 'B'], samples: 20 });
const spec = summary.scores[0]!.spec;

function score(model: string, name: string, key: string, value: number, perturbed: string): ScoreSummary {
  const like = summary.scores[0]!;
  return {
    ...{ ...like, model, algorithm: name, score: key, category: null, value, interval: [value - 0.01, value + 0.02] },
    signature: `qa_accuracy|v1|perturb:${perturbed}|n:5|rng:sample|deltas:scored`,
    spec: key.startsWith('delta_') ? { ...spec, better: 'lower' } : spec,
  };
}

const of = (scores: readonly ScoreSummary[]) => robustnessCurves({ ...summary, scores } as Summary);
const pair = (model: string, name: string, from: number, change: number, perturbed: string) => [
  score(model, name, 'f1_score', from, perturbed),
  score(model, name, 'delta_f1_score', change, perturbed),
];

test('the same algorithm under several strengths is a curve that begins at the score on the inputs as they are', () => {
  const [curve, ...others] = of([
    ...pair('A', 'qa_weak', 0.5, 0.1, 'butter_finger(probability=0.1)'),
    ...pair('A', 'qa_strong', 0.5, 0.3, 'butter_finger(probability=0.4)'),
    ...pair('B', 'qa_weak', 0.7, 0.2, 'butter_finger(probability=0.1)'),
    ...pair('B', 'qa_strong', 0.7, 0.25, 'butter_finger(probability=0.4)'),
  ]);
  expect(others).toEqual([]);
  expect(curve).toMatchObject({ score: 'f1_score', kind: 'butter_finger', option: 'probability', strongest: 0.4 });
  expect(curve!.algorithms).toEqual(['qa_weak', 'qa_strong']);
  const near = (value: number) => expect.closeTo(value, 9);
  expect(curve!.lines).toEqual([
    {
      model: 0,
      points: [
        { strength: 0, value: 0.5, interval: null },
        { strength: 0.1, value: near(0.4), interval: [near(0.38), near(0.41)] },
        { strength: 0.4, value: near(0.2), interval: [near(0.18), near(0.21)] },
      ],
    },
    {
      model: 1,
      points: [
        { strength: 0, value: 0.7, interval: null },
        { strength: 0.1, value: near(0.5), interval: [near(0.48), near(0.51)] },
        { strength: 0.4, value: near(0.45), interval: [near(0.43), near(0.46)] },
      ],
    },
  ]);
});

test('other disturbances, other numbers of variants, and two options that differ at once make no curve', () => {
  const weak = pair('A', 'one', 0.5, 0.1, 'butter_finger(probability=0.1)');
  expect(of(weak)).toEqual([]);
  expect(of([...weak, ...pair('A', 'two', 0.5, 0.1, 'random_upper_case(proportion=0.2)')])).toEqual([]);
  const fewer = pair('A', 'two', 0.5, 0.1, 'butter_finger(probability=0.2)').map((each) => ({
    ...each,
    signature: each.signature.replace('n:5', 'n:2'),
  }));
  expect(of([...weak, ...fewer])).toEqual([]);
  const spaces = (add: number, remove: number) =>
    `whitespace_add_remove(add_probability=${add},remove_probability=${remove})`;
  expect(
    of([...pair('A', 'one', 0.5, 0.1, spaces(0.1, 0.1)), ...pair('A', 'two', 0.5, 0.2, spaces(0.2, 0.2))]),
  ).toEqual([]);
  const [one] = of([...pair('A', 'one', 0.5, 0.1, spaces(0.1, 0.1)), ...pair('A', 'two', 0.5, 0.2, spaces(0.2, 0.1))]);
  expect(one).toMatchObject({ option: 'add_probability', strongest: 0.2 });
});

test('a score that is itself a change, as word error rate, stands as it is', () => {
  const [curve] = of([
    score('A', 'weak', 'word_error_rate', 0.2, 'butter_finger(probability=0.1)'),
    score('A', 'strong', 'word_error_rate', 0.6, 'butter_finger(probability=0.5)'),
  ]);
  expect(curve!.lines[0]!.points.map(({ strength, value }) => [strength, value])).toEqual([
    [0.1, 0.2],
    [0.5, 0.6],
  ]);
});
