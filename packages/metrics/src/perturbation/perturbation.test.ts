import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGenerator } from '../random/create-generator.ts';
import { butterFinger } from './butter-finger.ts';
import { randomUppercase } from './random-uppercase.ts';
import { whitespaceAddRemove } from './whitespace-add-remove.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const ascii = fc.string({ unit: fc.constantFrom(...'abcXYZ ,.\n'), maxLength: 40 });

test('nothing changes at probability 0, letters without case twins aside', () => {
  fc.assert(
    fc.property(ascii, fc.nat(), (original, seed) => {
      // A draw of exactly 0 is the one in 2^53 case.
      expect(butterFinger(original, 0, createGenerator(seed))).toBe(original);
      expect(randomUppercase(original, 0, createGenerator(seed))).toBe(original);
      expect(whitespaceAddRemove(original, { add: 0, remove: 0 }, createGenerator(seed))).toBe(original);
    }),
  );
});

test('the same seed gives the same text', () => {
  const sentence = 'The quick brown fox jumps over the lazy dog, twice.';
  const perturb = (seed: number) => butterFinger(sentence, 0.5, createGenerator(seed));
  expect(perturb(1)).toBe(perturb(1));
  expect(perturb(1)).not.toBe(perturb(2));
});

test('a typo keeps case and length, and leaves other characters alone', () => {
  fc.assert(
    fc.property(ascii, fc.nat(), (original, seed) => {
      const typed = butterFinger(original, 1, createGenerator(seed));
      expect(typed.length).toBe(original.length);
      Array.from(original).forEach((letter, i) => {
        if (',.\n '.includes(letter)) expect(typed[i]).toBe(letter);
        else if (/[A-Z]/.test(letter)) expect(typed[i]).toBe(typed[i]!.toUpperCase());
      });
    }),
  );
  expect(butterFinger('__proto__', 1, createGenerator(1))).toMatch(/^__.{5}__$/);
});

test('random uppercase changes at most its share of characters', () => {
  fc.assert(
    fc.property(text, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (original, fraction, seed) => {
      const before = Array.from(original);
      const capitals = randomUppercase(original, fraction, createGenerator(seed));
      expect(capitals.toUpperCase()).toBe(original.toUpperCase());
      if (Array.from(capitals).length === before.length) {
        const changed = Array.from(capitals).filter((letter, i) => letter !== before[i]).length;
        expect(changed).toBeLessThanOrEqual(before.length * fraction);
      }
    }),
  );
  expect(randomUppercase('abc', 1, createGenerator(0))).toBe('ABC');
});

test('adding and removing white space keeps everything else in order', () => {
  fc.assert(
    fc.property(ascii, fc.nat(), (original, seed) => {
      const spaced = whitespaceAddRemove(original, { add: 0.5, remove: 0.5 }, createGenerator(seed));
      expect(spaced.replaceAll(/\s/g, '')).toBe(original.replaceAll(/\s/g, ''));
    }),
  );
  expect(whitespaceAddRemove('a b', { add: 1, remove: 1 }, createGenerator(0))).toBe('a b ');
  // White space by Python's definition.
  expect(whitespaceAddRemove('\x1f\ufeff\x85', { add: 1, remove: 1 }, createGenerator(0))).toBe('\ufeff ');
});
