import { expect, test } from 'vitest';
import { pythonPattern } from './pattern.ts';

test.each([
  // What CPython 3.11's re.findall returns.
  ['#### (\\-?[0-9\\.\\,]+)', 'so\n#### 1,234 and #### -5', [['1,234'], ['-5']]],
  [
    '(-?[$0-9.,]{2,})|(-?[0-9]+)',
    'He paid $12.50 for 3',
    [
      ['$12.50', ''],
      ['', '3'],
    ],
  ],
  ['[0-9]+', 'a1b22', [['1'], ['22']]],
  ['\\d+', '٣ and 4', [['٣'], ['4']]],
  ['x\\sy', 'x y x\u00a0y', [['x y'], ['x\u00a0y']]],
  ['[^\\s]+', 'a b', [['a'], ['b']]],
  ['The answer is (?P<n>\\w+)', 'The answer is élan.', [['élan']]],
])('%s finds what Python finds', (pattern, text, found) => {
  expect(pythonPattern(pattern).findAll(text)).toEqual(found);
});

test.each([
  [',', '1,234,5', '12345'],
  ['(?s).*#### ', 'a\nb #### 7', '7'],
  ['\\.$', '12.', '12'],
  ['\\.$', '1.2.\n', '1.2\n'],
  ['\\b(?:The |the |An |A |The |a |an )', 'The cat and a dog', 'cat and dog'],
  ['[]x]', 'a]x', 'a'],
])('%s removes what Python removes', (pattern, text, left) => {
  expect(pythonPattern(pattern).remove(text)).toBe(left);
});

test.each([
  ['(?<=answer is )(.*)(?=.)', 'the answer is (B).', [['(B)']]],
  ['\\d+$', '1 22\n', [['22']]],
  ['\\bété\\b', 'été, étés', [['été']]],
])('%s, which RE2 has not, finds what Python finds', (pattern, text, found) => {
  expect(pythonPattern(pattern).findAll(text)).toEqual(found);
});

test('back-references are refused with the reason', () => {
  expect(() => pythonPattern('(a)\\1')).toThrow(/back-references/);
});
