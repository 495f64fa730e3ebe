import fc from 'fast-check';
import { expect, test } from 'vitest';
import { similarPair } from '../../test/hostile-text.ts';
import { normalisers } from '../text/normalisers.ts';
import { exactMatch, quasiExactMatch } from './exact-match.ts';
import { combineTargets, inclusion, quasiInclusion } from './inclusion.ts';
import { prefixMatch, regexMatcher } from './pattern-match.ts';
import { qaScores } from './qa-scores.ts';
import { splitTargets } from './split-targets.ts';
import { tokenMultisetScores, tokenSetScores } from './token-scores.ts';

test('the fused scores equal the plain functions on hostile text', () => {
  const metric = qaScores();
  fc.assert(
    fc.property(similarPair, ([output, target]) => {
      const { f1, precision, recall } = tokenSetScores(output, target);
      expect(metric.score(metric.statistics(output, [target]))).toEqual({
        f1_score: f1,
        exact_match_score: exactMatch(output, target),
        quasi_exact_match_score: quasiExactMatch(output, target),
        precision_over_words: precision,
        recall_over_words: recall,
      });
    }),
    { numRuns: 1500 },
  );
});

test('of several targets the best counts for each score on its own', () => {
  const metric = qaScores();
  const scores = metric.score(metric.statistics('one two', ['one', 'one two three four']));
  expect(scores).toMatchObject({ precision_over_words: 1, recall_over_words: 1, exact_match_score: 0 });
  expect(scores?.f1_score).toBeCloseTo(2 / 3, 12);
});

test('sets ignore repetition where multisets count it', () => {
  expect(tokenSetScores('a b', 'b b b').f1).toBe(1);
  expect(tokenMultisetScores('cat', 'cat cat cat')).toEqual({ f1: 0.5, precision: 1, recall: 1 / 3 });
});

test('token F1 is symmetric, its precision and recall change places', () => {
  fc.assert(
    fc.property(similarPair, ([a, b]) => {
      for (const scores of [tokenSetScores, tokenMultisetScores]) {
        expect(scores(a, b).f1).toBeCloseTo(scores(b, a).f1, 12);
        expect(scores(a, b).precision).toBe(scores(b, a).recall);
      }
    }),
  );
});

test('empty sides: FMEval scores 0 for two of them, SQuAD 1', () => {
  expect(tokenSetScores('', '').f1).toBe(0);
  expect(tokenMultisetScores('the', '').f1).toBe(1);
  expect(tokenMultisetScores('cat', '').f1).toBe(0);
});

test('exact match ignores whitespace at the ends only', () => {
  expect(exactMatch(' Paris\u3000', 'Paris')).toBe(1);
  expect(exactMatch('paris', 'Paris')).toBe(0);
  expect(quasiExactMatch('The Paris!', 'paris')).toBe(1);
  expect(quasiExactMatch('cat\nthe dog', 'cat dog')).toBe(0);
});

test('inclusion looks for the target in the output, and an empty target is in everything', () => {
  expect(inclusion('It is PARIS.', 'paris')).toBe(1);
  expect(inclusion('party', 'art')).toBe(1);
  expect(inclusion('x', '')).toBe(1);
  expect(quasiInclusion('New York!', 'the new-york')).toBe(0);
  expect(quasiInclusion('in New York!', 'The new york')).toBe(1);
});

test('targets are split at the delimiter, or at whitespace with none', () => {
  expect(splitTargets('UK<OR>England')).toEqual(['UK', 'England']);
  expect(splitTargets('New  York', null)).toEqual(['New', 'York']);
  expect(() => splitTargets(' ', null)).toThrow(expect.objectContaining({ code: 'METRIC_TARGET_EMPTY' }));
  expect(() => splitTargets('x', '')).toThrow(expect.objectContaining({ code: 'METRIC_OPTION_INVALID' }));
  expect(combineTargets([0, 1], 'OR')).toBe(1);
  expect(combineTargets([0, 1], 'AND')).toBe(0);
});

test('prefix and pattern', () => {
  expect(prefixMatch('The answer is 4', 'answer', normalisers.quac)).toBe(1);
  expect(prefixMatch('The answer', 'answer')).toBe(0);
  const score = regexMatcher('^(yes|no)\\b', 'iug');
  expect([score('Yes, it is'), score('Yes, again'), score('maybe yes')]).toEqual([1, 1, 0]);
  expect(() => regexMatcher('(')).toThrow(expect.objectContaining({ code: 'METRIC_OPTION_INVALID' }));
});
