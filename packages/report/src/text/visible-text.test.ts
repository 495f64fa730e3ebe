import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import { visiblePieces, visibleText } from './visible-text.ts';

test.for(HOSTILE_TEXTS)('$name are written out', ({ text, shows }) => {
  expect(visibleText(text)).toContain(shows);
});

test('tab, line feed, emoji sequences and right-to-left letters stay as they are', () => {
  const text = 'a\tb\nc 👩‍👩‍👧 שלום مرحبا می‌خواهم';
  expect(visibleText(text)).toBe(text);
});

test('no hidden character is left, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
      (text) => {
        const visible = visibleText(text);
        expect(visible).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029]/);
        for (const character of visible) {
          const code = character.codePointAt(0)!;
          expect(code >= 32 || code === 9 || code === 10).toBe(true);
          expect(code < 0xd800 || code > 0xdfff).toBe(true);
        }
      },
    ),
  );
});

test('pieces put together give the visible text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(
        visiblePieces(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(visibleText(text));
    }),
  );
});
