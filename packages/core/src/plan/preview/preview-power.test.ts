import { pairedDifferencePower } from '@assay/metrics';
import { describe, expect, test } from 'vitest';
import { matches } from '../../../test/made-up-run.ts';
import type { ScoreSpec } from '../../algorithms/algorithm.ts';
import { ALGORITHMS } from '../../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../../algorithms/instantiate.ts';
import { parseGate } from '../../config/parse-gate.ts';
import { compareModels } from '../../selection/compare-models.ts';
import { modelScores } from '../../selection/model-scores.ts';
import { pairPower } from '../../selection/pair-power.ts';
import { roundUp } from '../../selection/pair-reason.ts';
import { pairSamples } from '../../selection/sample-pairs.ts';
import { neededFor, previewPower } from './preview-power.ts';

const bounded: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: 'a share' };
const binary: ScoreSpec = { ...bounded, kind: 'binary' };
const instance = instantiateAlgorithm('matches', matches, {});
const both = [{ ...instance, scores: { ...instance.scores, share: bounded } }];
const gatesOf = (...texts: (string | object)[]) => texts.flatMap((text) => parseGate(text as string));

describe('the smallest difference that would be found', () => {
  test('a gate on what a judge says needs human labels, fewer with the judge than without', () => {
    const algorithm = ALGORITHMS.get('llm_judge')!;
    const judge = instantiateAlgorithm('judge', algorithm, algorithm.options.parse({ judge: 'any' }));
    const labelsOf = (gate: string, n: number) => previewPower([judge], gatesOf(gate), n).gates[0]!.labels;
    const found = labelsOf('judge.judge_score lower >= 0.75', 5000)!;
    expect(found.corrected).toBeLessThan(0.62 * found.alone!);
    expect(labelsOf('judge.corrected_score lower >= 0.75', 5000)).toEqual(found);
    expect(labelsOf('judge.judge_score lower >= 0.75', 100)).toMatchObject({ corrected: null, alone: null });
  });

  test('is found with 80 % power at this n, adjusted over all verdicts, by the power of the test that compares', () => {
    const { scores, family } = previewPower(both, [], 400);
    expect(family).toBe(3);
    const [same, length, share] = scores;
    const power = (difference: number, isFlips: boolean) => {
      const shape = { mean: difference, sd: Math.sqrt(0.3 - difference ** 2), most: 1, isFlips };
      return pairPower(400, shape, 0.05 / 3);
    };
    expect(power(same!.difference!, true)).toBeCloseTo(0.8, 6);
    expect(power(share!.difference!, false)).toBeCloseTo(0.8, 6);
    // Without bounds on a score nothing is known of its spread before a run.
    expect(length).toEqual({ score: 'matches.length', difference: null });
  });

  test('grows with the models that are compared, and where the run may end early', () => {
    const one = [{ ...instance, scores: { same: { ...binary, primary: true as const } } }];
    const at = (options: object) => previewPower(one, [], 400, options);
    expect([at({}).family, at({ models: 3 }).family]).toEqual([1, 3]);
    expect(at({ models: 3 }).scores[0]!.difference!).toBeGreaterThan(at({}).scores[0]!.difference!);
    expect(at({ mayStop: true }).scores[0]!.difference!).toBeGreaterThan(at({}).scores[0]!.difference!);
  });

  test('a margin says how many samples would find a difference of its size', () => {
    const one = [{ ...instance, scores: { same: { ...binary, margin: 0.05 } } }];
    expect(previewPower(one, [], 400).scores[0]!.margin).toEqual({
      difference: 0.05,
      samples: neededFor(binary, 0.05),
    });
  });

  test('shrinks with more samples, and is not there for too few', () => {
    const at = (n: number) => previewPower(both, [], n).scores[0]!.difference;
    expect(at(1000)!).toBeLessThan(at(100)!);
    expect(at(1)).toBeNull();
  });
});

describe('samples that a gate needs', () => {
  test('tell a truth one twentieth of the range beyond the limit from the limit', () => {
    const { gates } = previewPower(both, gatesOf('matches.same lower >= 0.6'), 300);
    expect(gates[0]).toMatchObject({ purpose: 'to tell a true 0.65 from the limit 0.6', isEnough: false });
    const sd = Math.sqrt(0.65 * 0.35);
    expect(pairedDifferencePower(gates[0]!.samples!, 0.05, sd)).toBeGreaterThanOrEqual(0.8);
    expect(pairedDifferencePower(gates[0]!.samples! - 1, 0.05, sd)).toBeLessThan(0.8);
    expect(previewPower(both, gatesOf('matches.same lower >= 0.6'), 5000).gates[0]!.isEnough).toBe(true);
  });

  test('find a loss of twice what a regression gate allows, on the score that needs most', () => {
    const gate = { score: 'matches.same', baseline: 'x', max_regression: 0.05 };
    const { gates } = previewPower(both, gatesOf(gate, { baseline: 'x', max_regression: 0.05 }), 10);
    expect(gates[0]).toMatchObject({ purpose: 'to find a loss of 0.1 against the baseline', isEnough: false });
    expect(gates[0]!.samples).toBe(neededFor(binary, 0.05));
    expect(gates[1]!.samples).toBe(Math.max(neededFor(binary, 0.05), neededFor(bounded, 0.05)));
  });

  test.each([
    ['failed <= 3', 'a count'],
    ['matches.length <= 3', 'no bounds'],
    ['matches.f9 >= 0.5', 'no score of single samples'],
    ['matches.same == 0.5', 'exactly this'],
    ['matches.same >= 0.99', 'no room'],
  ])('are unknown for %s', (text, why) => {
    const [gate] = previewPower(both, gatesOf(text), 50).gates;
    expect(gate).toMatchObject({ samples: null, isEnough: null, purpose: expect.stringContaining(why) });
  });
});

test('a comparison of as many differing samples names the same number of samples', () => {
  // 100 samples, 30 of which differ: 18 gained and 12 lost, a difference of 0.06.
  const scoresOf = (model: string, value: (i: number) => number) =>
    modelScores(
      model,
      Array.from({ length: 100 }, (_, index) => ({
        index,
        digest: `s${index}`,
        category: null,
        cluster: null,
        scores: { 'matches.same': value(index) },
      })),
    );
  const before = scoresOf('a', (i) => (i < 12 ? 1 : 0));
  const after = scoresOf('b', (i) => (i >= 12 && i < 30 ? 1 : 0));
  const [comparison] = compareModels(pairSamples(before, after), [
    { algorithm: 'matches', score: 'same', spec: binary },
  ]);
  expect(comparison!.reason).toContain(`needs about ${roundUp(neededFor(binary, 0.06))} samples`);
});
