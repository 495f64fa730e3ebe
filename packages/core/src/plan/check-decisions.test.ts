import { expect, test } from 'vitest';
import { matches } from '../../test/made-up-run.ts';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import { checkDecisions } from './check-decisions.ts';

const ideal: ScoreSpec = { range: [0, 1], better: { target: 0.5 }, kind: 'binary', summary: '' };
const aggregate = { empty: () => 0, add: () => 0, merge: () => 0, result: () => ({}), scores: { all: ideal } };
const made = instantiateAlgorithm('matches', matches, {});
const instance = {
  ...made,
  scores: { ...made.scores, ideal },
  aggregates: { whole: aggregate },
} as unknown as typeof made;

const check = (decisions: Partial<ValidConfig['config']>) =>
  checkDecisions(
    {
      config: decisions,
      placeOf: (path: readonly PropertyKey[]) => ({ file: path.join('.'), line: 1, column: 1 }),
    } as unknown as ValidConfig,
    [instance],
  );

test('gates and selections on scores that the run will have pass', () => {
  check({
    gates: [
      'matches.same >= 0.5',
      'matches.all >= 0.5',
      'failed <= 0',
      { score: 'matches.length', max_regression: 0, baseline: 'b' },
    ],
    selection: { weights: { 'matches.same': 1, length: 0.1 } },
  });
  check({ selection: { pareto: ['same', 'matches.ideal'] } });
  check({ selection: { score: 'matches.all' } });
});

test.each([
  [{ gates: ['failed <= 0', 'matches.sane >= 0.5'] }, 'matches.sane', 'gates.1'],
  [{ gates: [{ score: 'matches.sane', min: 0.5 }] }, 'matches.sane', 'gates.0'],
  [{ gates: ['matches.all regression against b'] }, 'matches.all', 'gates.0'],
  [{ selection: { score: 'sane' } }, 'sane', 'selection.score'],
  [{ selection: { weights: { 'matches.sane': 1 } } }, 'matches.sane', 'selection.weights.matches.sane'],
  [{ selection: { pareto: ['same', 'other.same'] } }, 'other.same', 'selection.pareto.1'],
] as const)('%j names a score that the run will not have, told with its place', (decisions, score, file) => {
  expect(() => check(decisions as unknown as Partial<ValidConfig['config']>)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`names ${score}, which the run will not have`),
      hint: expect.stringContaining('matches.same'),
      at: expect.objectContaining({ file }),
    }),
  );
});

test('a weight on a score with an ideal is refused', () => {
  expect(() => check({ selection: { weights: { 'matches.ideal': 1 } } })).toThrow('cannot weigh matches.ideal');
});
