import { expect, test } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { byPreference } from './preferred-model.ts';

interface Figures {
  readonly latencyMs?: number;
  readonly price?: number | null;
  readonly tokens?: readonly [prompt: number, generated: number];
}

/** What a preference reads of a summary. */
function summaryOf(figures: Readonly<Record<string, Figures>>): Summary {
  const models = Object.entries(figures);
  return {
    models: models.map(([name, { tokens = [0, 0] }]) => ({ name, promptTokens: tokens[0], newTokens: tokens[1] })),
    scores: models.flatMap(([model, { price }]) =>
      price === undefined
        ? []
        : [
            { model, algorithm: 'other', score: 'cost', category: null, value: 1 },
            { model, algorithm: 'cost', score: 'tokens', category: null, value: 2 },
            { model, algorithm: 'cost', score: 'cost', category: 'a', value: 3 },
            { model, algorithm: 'cost', score: 'cost', category: null, value: price },
          ],
    ),
    timing: {
      latencyMs: Object.fromEntries(
        models.flatMap(([name, { latencyMs: mean }]) => (mean === undefined ? [] : [[name, { mean }]])),
      ),
    },
  } as unknown as Summary;
}

test('by order the first of the config is taken, whatever the others cost', () => {
  const summary = summaryOf({ a: { latencyMs: 9 }, b: { latencyMs: 1 } });
  expect(byPreference(['a', 'b'], summary, 'order')).toEqual({ model: 'a', how: 'the first in the config' });
});

test('the least latency is preferred', () => {
  const summary = summaryOf({ a: { latencyMs: 9 }, b: { latencyMs: 1 }, c: { latencyMs: 5 } });
  expect(byPreference(['a', 'b', 'c'], summary, 'latency')).toEqual({ model: 'b', how: 'the faster' });
  expect(byPreference(['a', 'c'], summary, 'latency').model).toBe('c');
});

test('one unknown figure decides nothing: the first is taken, and the model is named', () => {
  const summary = summaryOf({ a: { latencyMs: 9 }, b: { latencyMs: 1 }, c: {} });
  expect(byPreference(['a', 'b', 'c'], summary, 'latency')).toEqual({
    model: 'a',
    how: 'the first in the config (the latency of c is not known)',
  });
  const none = byPreference(['a', 'b', 'c'], summary, 'size', (model) => (model === 'b' ? 5 : undefined));
  expect(none).toEqual({ model: 'a', how: 'the first in the config (the size of a, c is not known)' });
});

test('of equal figures the first is taken, and that is said', () => {
  const summary = summaryOf({ a: { latencyMs: 4 }, b: { latencyMs: 4 } });
  expect(byPreference(['a', 'b'], summary, 'latency')).toEqual({
    model: 'a',
    how: 'the first in the config (the latency is the same)',
  });
  const two = summaryOf({ a: { latencyMs: 9 }, b: { latencyMs: 4 }, c: { latencyMs: 4 } });
  expect(byPreference(['a', 'b', 'c'], two, 'latency')).toEqual({ model: 'b', how: 'the faster' });
});

test('one model alone is preferred for its own figure', () => {
  expect(byPreference(['a'], summaryOf({ a: { latencyMs: 4 } }), 'latency')).toEqual({ model: 'a', how: 'the faster' });
});

test('the size is what the caller knows of it', () => {
  const sizes: Readonly<Record<string, number>> = { a: 3, b: 2 };
  const preferred = byPreference(['a', 'b'], summaryOf({ a: {}, b: {} }), 'size', (model) => sizes[model]);
  expect(preferred).toEqual({ model: 'b', how: 'the smaller' });
});

test('the price is the whole cost of the run, and its unit is named', () => {
  const summary = summaryOf({ a: { price: 0.5, tokens: [1, 1] }, b: { price: 0.2, tokens: [9, 9] } });
  expect(byPreference(['a', 'b'], summary, 'cost')).toEqual({ model: 'b', how: 'the cheaper' });
});

test.each([null, undefined])('without the price of one of them (%s) the tokens of both parts count', (price) => {
  const summary = summaryOf({
    a: { price: 0.1, tokens: [5, 4] },
    b: { ...(price === undefined ? {} : { price }), tokens: [1, 7] },
  });
  expect(byPreference(['a', 'b'], summary, 'cost')).toEqual({ model: 'b', how: 'the one that took fewer tokens' });
});
