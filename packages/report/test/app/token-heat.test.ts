import { expect, test } from 'vitest';
import { hardest, heatOf, meanNats, SHADES, shareWords } from '../../app/detail/token-heat.ts';
import { packTokens } from '../../src/rows/pack-tokens.ts';

test('a token is the darker the less likely it was', () => {
  const chances = [1, 0.5, 0.49, 0.1, 0.05, 0.01, 0.005, 0.001, 1e-9, 0];
  expect(chances.map((chance) => heatOf(Math.log(chance)))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  expect(SHADES).toHaveLength(5);
});

test('a chance is said with two digits, whatever its size', () => {
  expect([0.5, 0.032, 0.0042, 2e-9].map((chance) => shareWords(Math.log(chance)))).toEqual([
    '50 %',
    '3.2 %',
    '0.42 %',
    '2e-7 %',
  ]);
});

test('the least likely tokens are named, but not white space, nor what was likely', () => {
  const strip = { texts: ['a', ' ', 'b', 'c', ''], nats: [-0.1, -20, -5, -9, -30] };
  expect(hardest(strip)).toEqual([3, 2]);
  expect(meanNats(strip)).toBeCloseTo(-12.82, 6);
});

test('a page carries the first tokens of an answer, and says how many there are; a token of many characters is cut', () => {
  const all = Array.from({ length: 600 }, (_, i) => [i === 0 ? 'x'.repeat(5000) : 'a', -0.12345] as const);
  const { original } = packTokens({ original: all });
  expect([original!.texts.length, original!.nats[0], original!.of]).toEqual([512, -0.123, 600]);
  expect(original!.texts[0]).toBe(`${'x'.repeat(100)}…`);
});
