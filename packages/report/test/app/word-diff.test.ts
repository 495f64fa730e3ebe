import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestDiff, wordDiff } from '../../app/detail/word-diff.ts';

test('words, not letters, are kept, added and removed', () => {
  expect(wordDiff('the red fox', 'The blue fox')).toEqual([
    { text: 'The ', kind: 'same' },
    { text: 'red', kind: 'removed' },
    { text: 'blue', kind: 'added' },
    { text: ' fox', kind: 'same' },
  ]);
});

test('what a diff keeps and adds is the output', () => {
  const word = fc.constantFrom('a', 'b', 'Lisbon', 'is', 'the', '.', '\n', ' ');
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, text, (target, output) => {
      const parts = wordDiff(target, output)!;
      expect(
        parts
          .filter((part) => part.kind !== 'removed')
          .map((part) => part.text)
          .join(''),
      ).toBe(output);
    }),
  );
});

test('of several targets the nearest is taken', () => {
  expect(nearestDiff(['carbon dioxide', 'CO2'], 'it is CO2')?.target).toBe('CO2');
  expect(nearestDiff([], 'x')).toBeNull();
});

test('the alternatives together take no longer than one may', () => {
  let now = 0;
  const clock = () => {
    now += 90;
    return now;
  };
  // The third would have been the nearest, had there been time.
  expect(nearestDiff(['a b', 'a c', 'a d'], 'a d', clock)?.target).toBe('a b');
});

test('texts too far apart have no diff, instead of a page that hangs', () => {
  const words = (prefix: string) => Array.from({ length: 4000 }, (_, i) => `${prefix}${i}`).join(' ');
  expect(wordDiff(words('a'), words('b'))).toBeNull();
});
