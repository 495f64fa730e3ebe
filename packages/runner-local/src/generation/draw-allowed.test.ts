import { expect, test } from 'vitest';
import { drawAllowed, endDraw } from './draw-allowed.ts';
import { seededUniform } from './random.ts';
import type { Candidates, SamplingContext } from './sampling.ts';

const TOKENS = 60;

/** A distribution of sixty tokens, and the likeliest of them. */
function distribution(seed: number, known = TOKENS): Candidates {
  const uniform = seededUniform(seed);
  const all = Array.from({ length: TOKENS }, (_, id) => ({ id, logit: Math.fround(6 * uniform() ** 2) }));
  const logSum = Math.log(all.reduce((total, { logit }) => total + Math.exp(logit), 0));
  const best = all.sort((a, b) => b.logit - a.logit || a.id - b.id).slice(0, known);
  return {
    ids: Int32Array.from(best, ({ id }) => id),
    logits: Float32Array.from(best, ({ logit }) => logit),
    logProbabilities: Float32Array.from(best, ({ logit }) => logit - logSum),
    vocabularySize: TOKENS,
  };
}

const context = (temperature: number, presencePenalty = 0): SamplingContext => ({
  options: { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty },
  seen: new Set(),
  generated: new Map([
    [3, 1],
    [9, 2],
    [30, 1],
  ]),
});

/** What the distribution is by its definition: softmax over the tokens that may be chosen. */
function shares(own: SamplingContext, isAllowed: (id: number) => boolean, seed: number): Map<number, number> {
  const { ids, logits } = distribution(seed);
  const weights = new Map<number, number>();
  ids.forEach((id, i) => {
    const penalty = own.generated.has(id) ? own.options.presencePenalty : 0;
    if (isAllowed(id)) weights.set(id, Math.exp((logits[i]! - penalty) / own.options.temperature));
  });
  const total = [...weights.values()].reduce((a, b) => a + b);
  return new Map([...weights].map(([id, weight]) => [id, weight / total]));
}

/** @returns how often each token was drawn, and how many draws needed a look at all tokens */
function drawMany(
  known: number,
  own: SamplingContext,
  isAllowed: (id: number) => boolean,
  isFew: boolean,
  seed: number,
) {
  const ids = Array.from({ length: TOKENS }, (_, id) => id);
  const allowed = { has: isAllowed, count: isFew ? ids.filter(isAllowed).length : null };
  const [first, whole] = [distribution(seed, known), distribution(seed)];
  const uniform = seededUniform(11);
  const found = new Map<number, number>();
  let looks = 0;
  for (let i = 0; i < DRAWS; i++) {
    const drawn = drawAllowed(first, own, allowed, uniform);
    if (typeof drawn === 'object') looks++;
    const token = typeof drawn === 'object' ? endDraw(whole, drawn, own, allowed, uniform) : drawn;
    found.set(token!, (found.get(token!) ?? 0) + 1);
  }
  return { found, looks };
}

const DRAWS = 15_000;
const EVERY_THIRD = (id: number): boolean => id % 3 === 0;
const MOST = (id: number): boolean => id % 10 !== 7;
const ONLY_TWO = (id: number): boolean => id === 41 || id === 5;

test.each<[string, number, SamplingContext, (id: number) => boolean, boolean]>([
  ['all are known', TOKENS, context(1), EVERY_THIRD, false],
  ['few may be chosen', 20, context(1), EVERY_THIRD, true],
  ['many may be chosen', 20, context(1), MOST, false],
  ['many may not, and nobody counted them', 8, context(1), EVERY_THIRD, false],
  ['hardly any may, and nobody counted them', 8, context(1.3), ONLY_TWO, false],
  ['hardly any may', 8, context(1.3), ONLY_TWO, true],
  ['it is cold', 6, context(0.4), MOST, false],
  ['it is hot', 6, context(1.9), MOST, false],
  ['it is hot and few may', 6, context(1.9), EVERY_THIRD, true],
  ['penalties push some down', 12, context(0.8, 1.5), MOST, false],
  ['penalties push some down, and few may', 12, context(0.8, 1.5), EVERY_THIRD, true],
])('draws are those of the distribution among what may be chosen: %s', (_, known, own, isAllowed, isFew) => {
  for (const seed of [1, 2]) {
    const { found } = drawMany(known, own, isAllowed, isFew, seed);
    const expected = shares(own, isAllowed, seed);
    expect([...found.keys()].filter((id) => !expected.has(id))).toEqual([]);
    let squares = 0;
    for (const [id, share] of expected) squares += ((found.get(id) ?? 0) - DRAWS * share) ** 2 / (DRAWS * share);
    // A chi-square is below its degrees of freedom plus five of its standard deviations but once in many thousands.
    const degrees = expected.size - 1;
    expect(squares).toBeLessThan(degrees + 5 * Math.sqrt(2 * degrees));
  }
});

test('a list of what may be chosen saves most looks at all tokens', () => {
  const seed = [...Array(50).keys()].find((each) => [...distribution(each, 20).ids.slice(0, 5)].some(ONLY_TWO))!;
  const looks = (isFew: boolean): number => drawMany(20, context(1), ONLY_TWO, isFew, seed).looks;
  expect(looks(false)).toBeGreaterThan(0);
  expect(looks(true)).toBeLessThan(looks(false) / 2);
});

test('where nothing may be chosen, nothing is', () => {
  const none = { has: () => false, count: 0 };
  expect(drawAllowed(distribution(1, 10), context(1), none, seededUniform(1))).toBeUndefined();
  expect(drawAllowed(distribution(1), context(1), { ...none, count: null }, seededUniform(1))).toBeUndefined();
});
