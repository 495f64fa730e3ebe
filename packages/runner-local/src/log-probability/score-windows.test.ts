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

/** lm-evaluation-harness's own, for `context_len=1` (lm_eval/utils.py): what a model is fed, and what it is to predict. */
function getRollingTokenWindows(tokens: readonly number[], prefix: number, most: number): [number[], number[]][] {
  const first = Math.min(most, tokens.length);
  const windows: [number[], number[]][] = [[[prefix, ...tokens.slice(0, first - 1)], tokens.slice(0, first)]];
  for (let predicted = first; predicted < tokens.length; ) {
    const count = Math.min(tokens.length - predicted, most);
    const end = predicted + count;
    windows.push([tokens.slice(end - most - 1, end - 1), tokens.slice(end - count, end)]);
    predicted = end;
  }
  return windows;
}

it('a stride of a whole context gives the windows of lm-evaluation-harness', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 2, max: 20 }), (length, context) => {
      const text = Array.from({ length }, (_, i) => i + 1);
      const windows = scoreWindows([0, ...text], 1, context, 'whole');
      const seen = windows.map(({ tokens, from }) => [Array.from(tokens.slice(0, -1)), Array.from(tokens.slice(from))]);
      expect(seen).toEqual(getRollingTokenWindows(text, 0, context));
    }),
  );
});
