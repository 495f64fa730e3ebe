import { ALGORITHMS, instantiateAlgorithm } from '@assay/core';
import { createGenerator } from '@assay/metrics';
import { expect, test } from 'vitest';
import type { JudgedRow, RunJudge } from './judged-rows.ts';
import { selfPreference } from './self-preference.ts';

const OWN = new Set(['own']);

/** What a judge said: the model whose output it was, its score, and what people said. */
type Verdict = readonly [model: string, score: number, label: number];

function judgeOf(verdicts: readonly Verdict[], options: object = {}, questions = verdicts.length): RunJudge {
  const algorithm = ALGORITHMS.get('llm_judge')!;
  const rows = verdicts.map(
    ([model, score, label], at): JudgedRow => ({
      ...{ model, row: at, sample: `s${at % questions}`, score, label },
      ...{ length: 1, holds: [], said: [], sureness: 1 },
    }),
  );
  const instance = instantiateAlgorithm('judge', algorithm, algorithm.options.parse({ judge: 'own', ...options }));
  return { algorithm: 'judge', judge: 'own', instance, values: { correct: 1, incorrect: 0 }, rows };
}

const times = (count: number, verdict: Verdict): Verdict[] => Array.from({ length: count }, () => verdict);

test('by hand: of right answers it passes 9 in 10 of its own and 6 in 10 of others; of wrong ones half and a fifth', () => {
  const found = selfPreference(
    judgeOf([
      ...[...times(9, ['own', 1, 1]), ...times(1, ['own', 0, 1])],
      ...[...times(6, ['other', 1, 1]), ...times(4, ['other', 0, 1])],
      ...[...times(5, ['own', 1, 0]), ...times(5, ['own', 0, 0])],
      ...[...times(2, ['other', 1, 0]), ...times(8, ['other', 0, 0])],
    ]),
    OWN,
  );
  expect(found.selfPreference).toMatchObject({ value: expect.closeTo(0.3, 12), n: 20 });
  expect(found.selfExcuse).toMatchObject({ value: expect.closeTo(0.3, 12), n: 20 });
});

test('a judge that says the same of everything shows none, however much better its own model is', () => {
  const own = [...times(90, ['own', 0.5, 1]), ...times(10, ['own', 0.5, 0])];
  const others = [...times(10, ['other', 0.5, 1]), ...times(90, ['other', 0.5, 0])];
  expect(selfPreference(judgeOf([...own, ...others]), OWN)).toMatchObject({
    selfPreference: { value: 0 },
    selfExcuse: { value: 0 },
  });
});

test('of comparisons: how often it sides with its own answer where people do, less the same for the other one', () => {
  const options = { mode: 'compare', against: { run: 'r', model: 'other' } };
  // People prefer its own answer 10 times, and it agrees in 9; the other 10 times, and it agrees in 4. Ties say nothing.
  const verdicts: Verdict[] = [
    ...[...times(9, ['own', 1, 1]), ...times(1, ['own', 0, 1])],
    ...[...times(4, ['own', 0, 0]), ...times(6, ['own', 1, 0])],
    ...times(7, ['own', 0.5, 0.5]),
  ];
  const found = selfPreference(judgeOf(verdicts, options), OWN);
  expect(found.selfPreference).toMatchObject({ value: expect.closeTo(0.5, 12), n: 20 });
  expect(found.selfExcuse).toBeNull();

  // The same, told from the other side.
  const turned = verdicts.map(([, score, label]): Verdict => ['other', 1 - score, 1 - label]);
  const against = { ...options, against: { run: 'r', model: 'own' } };
  expect(selfPreference(judgeOf(turned, against), OWN)).toEqual(found);
});

test('where only its own model answers, or both of a pair are its own, nothing is shown', () => {
  const none = { selfPreference: null, selfExcuse: null };
  expect(selfPreference(judgeOf(times(5, ['own', 1, 1])), OWN)).toEqual(none);
  const both = { mode: 'compare', against: { run: 'r', model: 'own' } };
  expect(selfPreference(judgeOf(times(5, ['own', 1, 1]), both), OWN)).toEqual(none);
});

test.each([
  [25, 0],
  [25, 0.2],
  [100, 0.2],
])(
  'three models on %i questions, hard for the judge alike: an interval holds %s at least 94 times in 100',
  (questions, truth) => {
    const random = createGenerator(1000 * truth + questions);
    // Of an interval that took answers to one question for independent nine in ten would hold: at 600 trials the bound lies three
    // standard errors above.
    const trials = questions > 25 ? 600 : 1000;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const kindness = Array.from({ length: questions }, () => 0.5 + 0.5 * (random.random() - 0.5));
      const verdicts = ['own', 'one', 'two'].flatMap((model) =>
        kindness.map((kind): Verdict => {
          const label = Number(random.random() < 0.7);
          const passes = kind + (model === 'own' ? truth : 0);
          return [model, Number(random.random() < passes), label];
        }),
      );
      const [low, high] = selfPreference(judgeOf(verdicts, {}, questions), OWN).selfPreference!.interval;
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / trials).toBeGreaterThanOrEqual(0.94);
  },
);
