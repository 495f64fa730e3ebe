import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadWordNetSync } from '../wordnet/load-word-net.ts';
import { meteor } from './meteor.ts';
import { meteorAlignSlow } from './meteor-align.slow.ts';
import { meteorScore } from './meteor-score.ts';

const wordNet = loadWordNetSync();
const metric = meteor({ wordNet });
const word = fc.constantFrom(
  'Run',
  'runs',
  'running',
  'scat',
  'cat',
  'dog',
  'hound',
  'hot',
  'dogs',
  'The',
  'the',
  'a',
  'stop',
  'halt',
);
const words = fc.array(word, { maxLength: 25 });

const scoreOf = (hypothesis: string, references: readonly string[]): number =>
  metric.score(metric.statistics(hypothesis, references)).score;

describe('meteor', () => {
  test("scores nltk's documented example", () => {
    const hypothesis = 'It is a guide to action which ensures that the military always obeys the commands of the party';
    const references = [
      'It is a guide to action that ensures that the military will forever heed Party commands',
      'It is the guiding principle which guarantees the military forces always being under the command of the Party',
      'It is the practical guide for the army always to heed the directions of the party',
    ];
    expect(scoreOf(hypothesis, references)).toBeCloseTo(0.6944, 4);
    expect(scoreOf(hypothesis, references.slice(0, 1))).toBeCloseTo(0.6944, 4);
  });

  test('is 0 where nothing matches and where a side is empty', () => {
    expect(scoreOf('this is a cat', ['non matching'])).toBe(0);
    expect(scoreOf('', ['a'])).toBe(0);
    expect(scoreOf('', [''])).toBe(0);
  });

  test('needs a reference', () => {
    expect(() => metric.statistics('a', [])).toThrow(expect.objectContaining({ code: 'METRIC_NO_REFERENCE' }));
  });

  test('matches synonyms only with WordNet, and says so in its signature', () => {
    expect([...meteor().statistics('dog', ['hound'])]).toEqual([0, 0, 1, 1]);
    expect([...metric.statistics('dog', ['hound'])]).toEqual([1, 1, 1, 1]);
    expect(meteor().signature()).toContain('syn:none');
    expect(metric.signature()).toContain('syn:wordnet-3.0');
  });

  test('aligns as its slow twin', () => {
    fc.assert(
      fc.property(words, words, (hypothesis, reference) => {
        const pairs = meteorAlignSlow(hypothesis, reference, wordNet.synonyms);
        const chunks = pairs.filter(
          ([i, j], k) => i !== (pairs[k - 1]?.[0] ?? -2) + 1 || j !== (pairs[k - 1]?.[1] ?? -2) + 1,
        );
        expect([...metric.tokenStatistics(hypothesis, reference)]).toEqual([
          pairs.length,
          chunks.length,
          hypothesis.length,
          reference.length,
        ]);
      }),
      { numRuns: 400 },
    );
  });

  test('stays in [0, 1] and is highest for the text itself', () => {
    fc.assert(
      fc.property(words, words, (hypothesis, reference) => {
        const { score, penalty } = metric.score(metric.tokenStatistics(hypothesis, reference));
        const own = metric.score(metric.tokenStatistics(reference, reference)).score;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(penalty).toBeLessThanOrEqual(0.5);
        expect(own).toBe(reference.length === 0 ? 0 : 1 - 0.5 / reference.length ** 3);
      }),
    );
  });

  test('of parts merged is that of the whole, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 5 }), (pairs) => {
        const whole = new Float64Array(4);
        for (const [hypothesis, reference] of pairs) metric.add(whole, hypothesis.join(' '), [reference.join(' ')]);
        const parts = [...pairs].reverse().map(([a, b]) => metric.statistics(a.join(' '), [b.join(' ')]));
        expect(parts.reduce(metric.merge)).toEqual(whole);
        expect(metric.score(whole)).toEqual(meteorScore(whole));
      }),
    );
  });
});
