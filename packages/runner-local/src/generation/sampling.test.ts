import { describe, expect, it } from 'vitest';
import { seededUniform } from './random.ts';
import { chooseToken, type SamplingOptions } from './sampling.ts';

const IDS = Int32Array.of(10, 11, 12, 13);
const LOGITS = Float32Array.of(2, 1, 0, -1);
const PLAIN: SamplingOptions = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0 };

function counts(options: SamplingOptions, draws: number, seen = new Set<number>(), generated = new Set<number>()) {
  const uniform = seededUniform(7);
  const found = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const token = chooseToken(IDS, LOGITS, options, seen, generated, uniform);
    found.set(token, (found.get(token) ?? 0) + 1);
  }
  return found;
}

describe('choosing a token', () => {
  it('draws by softmax of the logits', () => {
    const found = counts(PLAIN, 20_000);
    const weights = Array.from(LOGITS, (logit) => Math.exp(logit));
    const total = weights.reduce((a, b) => a + b);
    IDS.forEach((id, i) => {
      expect(Math.abs((found.get(id) ?? 0) / 20_000 - weights[i]! / total)).toBeLessThan(0.015);
    });
  });

  it('temperature 0 is the likeliest token', () => {
    expect([...counts({ ...PLAIN, temperature: 0 }, 50).keys()]).toEqual([10]);
  });

  it('top_k keeps the k likeliest', () => {
    expect([...counts({ ...PLAIN, topK: 2 }, 500).keys()].sort()).toEqual([10, 11]);
  });

  it('top_p keeps the fewest tokens whose share reaches it', () => {
    // Shares are 0.644, 0.237, 0.087, 0.032.
    expect([...counts({ ...PLAIN, topP: 0.6 }, 500).keys()]).toEqual([10]);
    expect([...counts({ ...PLAIN, topP: 0.7 }, 500).keys()].sort()).toEqual([10, 11]);
  });

  it('min_p drops what is below its share of the likeliest', () => {
    expect([...counts({ ...PLAIN, minP: 0.2 }, 500).keys()].sort()).toEqual([10, 11]);
  });

  it('a repetition penalty divides positive and multiplies negative logits of tokens seen', () => {
    const greedy = { ...PLAIN, temperature: 0 };
    expect(counts({ ...greedy, repetitionPenalty: 3 }, 1, new Set([10])).has(11)).toBe(true);
    expect(counts({ ...greedy, repetitionPenalty: 1.5 }, 1, new Set([10])).has(10)).toBe(true);
  });

  it('a presence penalty is taken off tokens of the answer only', () => {
    const greedy = { ...PLAIN, temperature: 0, presencePenalty: 1.5 };
    expect(counts(greedy, 1, new Set([10]), new Set()).has(10)).toBe(true);
    expect(counts(greedy, 1, new Set([10]), new Set([10])).has(11)).toBe(true);
  });
});

describe('the seeded stream', () => {
  it('differs between seeds, also beyond 32 bits, and is even', () => {
    const first = (seed: number) => seededUniform(seed)();
    expect(new Set([0, 1, 2, 2 ** 32, 2 ** 33, 2 ** 40 + 1].map(first)).size).toBe(6);
    const uniform = seededUniform(1);
    let sum = 0;
    for (let i = 0; i < 10_000; i++) sum += uniform();
    expect(sum / 10_000).toBeCloseTo(0.5, 1.9);
  });
});
