import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileText } from '../../test/hostile-text.ts';
import { stripPython } from '../text/python-whitespace.ts';
import { JiwerWords } from './jiwer-words.ts';

const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** jiwer's transforms one after the other. */
function jiwerWordsSlow(text: string): string[] {
  return stripPython(text.replace(new RegExp(`${space}${space}+`, 'g'), ' '))
    .split(' ')
    .filter((word) => word !== '');
}

const words = new JiwerWords();
const text = fc.oneof(
  hostileText,
  fc
    .array(fc.constantFrom('a', 'internationally', 'internationalli', 'é', '\0', '\0a', ' ', ' ', '\n'), {
      maxLength: 60,
    })
    .map((list) => list.join('')),
);

test('numbers the words of both texts as its slow twin, whatever pair came before', () => {
  fc.assert(
    fc.property(text, text, (reference, hypothesis) => {
      const expected = jiwerWordsSlow(reference);
      const distinct = [...new Set(expected)];
      words.read(reference, hypothesis);
      expect([...words.reference.subarray(0, words.referenceLength)]).toEqual(
        expected.map((word) => distinct.indexOf(word) + 1),
      );
      expect([...words.hypothesis.subarray(0, words.hypothesisLength)]).toEqual(
        jiwerWordsSlow(hypothesis).map((word) => distinct.indexOf(word) + 1),
      );
      expect(words.distinct).toBe(distinct.length);
    }),
    { numRuns: 3000 },
  );
});
