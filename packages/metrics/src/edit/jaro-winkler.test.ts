import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unicodeText } from '../../test/arbitrary-text.ts';
import { jaroSimilarity, jaroWinklerSimilarity } from './jaro-winkler.ts';

describe('jaroWinklerSimilarity', () => {
  test.each([
    ['MARTHA', 'MARHTA', 0.9611111111111111],
    ['DIXON', 'DICKSONX', 0.8133333333333332],
    ['JELLYFISH', 'SMELLYFISH', 0.8962962962962964],
  ])('of %s and %s is the published value', (a, b, expected) => {
    expect(jaroWinklerSimilarity(a, b)).toBeCloseTo(expected, 12);
  });

  test('is 1 for two empty texts and 0 for one', () => {
    expect(jaroWinklerSimilarity('', '')).toBe(1);
    expect(jaroWinklerSimilarity('', 'a')).toBe(0);
  });

  test('stays in [0, 1], is 1 for equal texts and never below Jaro', () => {
    fc.assert(
      fc.property(unicodeText(20), unicodeText(20), (a, b) => {
        const similarity = jaroWinklerSimilarity(a, b);
        expect(similarity).toBeGreaterThanOrEqual(jaroSimilarity(a, b));
        expect(similarity).toBeLessThanOrEqual(1);
        expect(jaroWinklerSimilarity(a, a)).toBe(1);
      }),
    );
  });

  test('rejects a prefix weight that could lift a score above 1', () => {
    expect(() => jaroWinklerSimilarity('a', 'b', 0.3)).toThrow(RangeError);
  });
});
