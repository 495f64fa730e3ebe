import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignWords } from '../../app/detail/align-words.ts';

test('each word of the target has what stands for it, and words besides stand where they were said', () => {
  const { slots, counts, words } = alignWords('The Milky Way', ['it is the milky way.', 'Milky'])!;
  expect(words).toBe(3);
  expect(slots).toEqual([
    { kind: 'besides', words: ['it is', ''] },
    { kind: 'target', word: 'The', found: ['the', null] },
    { kind: 'target', word: 'Milky', found: ['milky', 'Milky'] },
    { kind: 'target', word: 'Way', found: ['way.', null] },
  ]);
  expect(counts).toEqual([
    { found: 3, besides: 2 },
    { found: 1, besides: 0 },
  ]);
});

test('no word of a text is lost or told twice', () => {
  const text = fc.array(fc.constantFrom('a', 'B', 'c,', '—', 'd'), { maxLength: 12 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 1, maxLength: 3 }), (target, outputs) => {
      const aligned = alignWords(target, outputs);
      if (aligned === null) {
        expect(target).toBe('');
        return;
      }
      const { slots } = aligned;
      expect(slots.flatMap((slot) => (slot.kind === 'target' ? [slot.word] : [])).join(' ')).toBe(target);
      outputs.forEach((output, at) => {
        const own = slots.map((slot) => (slot.kind === 'target' ? (slot.found[at] ?? '') : slot.words[at]!));
        expect(own.filter((word) => word !== '').join(' ')).toBe(output);
      });
    }),
  );
});

test('long texts are left to the difference of the whole', () => {
  expect(alignWords('a '.repeat(201), ['a'])).toBeNull();
  expect(alignWords('', ['a'])).toBeNull();
});
