import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scoreWindows } from './score-windows.ts';

it('a text within the context is one window', () => {
  expect(scoreWindows([5, 6, 7], 1, 2)).toEqual([{ tokens: Int32Array.of(5, 6, 7), from: 1 }]);
});

it('each token is scored once, in a window that fits, with at least half a context before it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 60 }),
      fc.nat(),
      fc.integer({ min: 2, max: 20 }),
      (length, start, context) => {
        const tokens = Array.from({ length }, (_, i) => i);
        const from = 1 + (start % (length - 1));
        const windows = scoreWindows(tokens, from, context);
        expect(windows.flatMap((window) => Array.from(window.tokens.slice(window.from)))).toEqual(tokens.slice(from));
        for (const window of windows) {
          expect(window.tokens.length - 1).toBeLessThanOrEqual(context);
          const first = window.tokens[window.from]!;
          expect(window.from).toBeGreaterThanOrEqual(Math.min(first, Math.floor(context / 2)));
        }
      },
    ),
  );
});
