import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileArithmetic } from './arithmetic.ts';

const value = (text: string, names: Readonly<Record<string, number>> = {}) =>
  compileArithmetic(text).value((name) => names[name]);

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['2 ^ 3 ^ 2', 512],
  ['-2 ^ 2', -4],
  ['2 ^ -1', 0.5],
  ['7 % 4 - -1', 4],
  ['10 / 4 / 5', 0.5],
  ['8 - 3 - 2', 3],
  ['.5e1 + 1.', 6],
  ['min(3, max(1, 2)) + sqrt(9) + abs(-1)', 6],
  ['log(8, 2) + exp(0)', 4],
])('%s is %d', (text, expected) => {
  expect(value(text)).toBeCloseTo(expected, 12);
});

test('names are looked up, and one that is not known makes no number', () => {
  const { names } = compileArithmetic('2 * hits / (2 * hits + misses + hits)');
  expect(names).toEqual(['hits', 'misses']);
  expect(value('2 * hits / (2 * hits + misses)', { hits: 3, misses: 2 })).toBe(0.75);
  expect(value('a + 1')).toBeNaN();
  expect(value('0 / 0')).toBeNaN();
});

test.each(['', '1 +', '(1', '1)', '1 2', 'a.b', 'constructor(1)', 'f(1)', 'a = 1', '"x"', 'max()', '`1`'])(
  '%j is no formula',
  (text) => {
    expect(() => compileArithmetic(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  },
);

test('what is nested or long without end is refused, and nothing else is thrown', () => {
  for (const text of ['('.repeat(1000), '-'.repeat(1000), `1${'+1'.repeat(2000)}`])
    expect(() => compileArithmetic(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        compileArithmetic(text);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'CONFIG_INVALID' });
      }
    }),
  );
});

test('sums and products are JavaScript’s own', () => {
  const number = fc.integer({ min: -50, max: 50 }).map(String);
  const sign = fc.constantFrom('+', '-', '*');
  fc.assert(
    fc.property(number, fc.array(fc.tuple(sign, number), { maxLength: 8 }), (first, rest) => {
      const text = [first, ...rest.map(([by, each]) => `${by} (${each})`)].join(' ');
      expect(value(text)).toBe(new Function(`return ${text}`)());
    }),
  );
});
