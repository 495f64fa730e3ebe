import { expect, test } from 'vitest';
import { ANSWER_TOKENS, keptTokens, SAMPLE_TOKENS, withinSample } from './kept-tokens.ts';

const tokens = (count: number) => Array.from({ length: count }, (_, i) => ({ text: `t${i}`, logProbability: -1 / 3 }));

test('an answer keeps the beginning of its tokens, each with its log-probability to 1e-4', () => {
  expect(keptTokens(tokens(2))).toEqual([
    ['t0', -0.3333],
    ['t1', -0.3333],
  ]);
  const cut = keptTokens(tokens(ANSWER_TOKENS + 1));
  expect([cut.length, cut.at(-1)![0]]).toEqual([ANSWER_TOKENS, `t${ANSWER_TOKENS - 1}`]);
});

test('a sample keeps whole answers as long as there is room, and none that has no tokens', () => {
  const long = keptTokens(tokens(1000));
  const answers = Array.from({ length: 6 }, (_, i) => [`choice/${i}`, i === 1 ? [] : long] as const);
  const kept = withinSample([...answers, ['short', keptTokens(tokens(5))]]);
  expect(Object.keys(kept)).toEqual(['choice/0', 'choice/2', 'choice/3', 'choice/4', 'short']);
  expect(Object.values(kept).flat().length).toBeLessThanOrEqual(SAMPLE_TOKENS);
});
