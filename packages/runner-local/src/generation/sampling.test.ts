import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededUniform } from './random.ts';
import { type Candidates, candidatesWanted, chooseToken, onlyCandidates, type SamplingOptions } from './sampling.ts';

const IDS = Int32Array.of(10, 11, 12, 13);
const LOGITS = Float32Array.of(2, 1, 0, -1);
const WHOLE: Candidates = {
  ids: IDS,
  logits: LOGITS,
  logProbabilities: LOGITS.map((logit) => logit - Math.log(LOGITS.reduce((total, each) => total + Math.exp(each), 0))),
  vocabularySize: 4,
};
const PLAIN: SamplingOptions = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0 };

function timesOf(ids: readonly number[]): Map<number, number> {
  const times = new Map<number, number>();
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  return times;
}

function counts(options: SamplingOptions, draws: number, seen = new Set<number>(), generated: readonly number[] = []) {
  const uniform = seededUniform(7);
  const found = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const token = chooseToken(WHOLE, options, seen, timesOf(generated), uniform())!;
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
    expect(counts(greedy, 1, new Set([10]), []).has(10)).toBe(true);
    expect(counts(greedy, 1, new Set([10]), [10]).has(11)).toBe(true);
  });

  it('a frequency penalty is taken off once for each time', () => {
    const greedy = { ...PLAIN, temperature: 0, frequencyPenalty: 0.6 };
    expect(counts(greedy, 1, new Set(), [10]).has(10)).toBe(true);
    expect(counts(greedy, 1, new Set(), [10, 10]).has(11)).toBe(true);
    expect(counts(greedy, 1, new Set(), [10, 10, 11]).has(10)).toBe(true);
  });
});

/** A distribution of 60 tokens over a wide range of logits, and its first `k` candidates. */
function drawn(seed: number, k: number): Candidates {
  const uniform = seededUniform(seed);
  const all = Array.from({ length: 60 }, (_, id) => ({ id, logit: Math.fround(9 * uniform() ** 2 - 2) }));
  const logSum = Math.log(all.reduce((total, { logit }) => total + Math.exp(logit), 0));
  const best = all.sort((a, b) => b.logit - a.logit || a.id - b.id).slice(0, k);
  return {
    ids: Int32Array.from(best, ({ id }) => id),
    logits: Float32Array.from(best, ({ logit }) => logit),
    logProbabilities: Float32Array.from(best, ({ logit }) => logit - logSum),
    vocabularySize: 60,
  };
}

describe('candidates that are not the whole vocabulary', () => {
  it('give the token of the whole, or none', () => {
    let told = 0;
    let asked = 0;
    fc.assert(
      fc.property(
        fc.record({
          temperature: fc.constantFrom(0, 0.3, 1, 1, 1, 1.7),
          topK: fc.constantFrom(0, 0, 3, 30),
          topP: fc.constantFrom(1, 1, 0.5, 0.99),
          minP: fc.constantFrom(0, 0, 0.2, 0.001),
          repetitionPenalty: fc.constantFrom(1, 1, 1.3),
          presencePenalty: fc.constantFrom(0, 0, 0.7),
          frequencyPenalty: fc.constantFrom(0, 0, 0.4),
        }),
        fc.nat(),
        fc.integer({ min: 1, max: 59 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 20 }),
        fc.constantFrom(1, 1, 2, 7),
        (options, seed, k, uniform, ids, every) => {
          const seen = new Set(ids);
          const generated = timesOf([...ids.slice(0, 7), ...ids.slice(0, 3)]);
          const choose = (count: number) => {
            // With a form that an answer keeps to, some tokens may not be chosen.
            const allowed = onlyCandidates(drawn(seed, count), (id) => id % every === 0);
            return allowed && chooseToken(allowed, options, seen, generated, uniform);
          };
          const some = choose(k);
          asked++;
          if (some === null) return;
          told++;
          expect(some).toBe(choose(60));
        },
      ),
      { numRuns: 3000 },
    );
    expect(told / asked).toBeGreaterThan(0.4);
    expect(told).toBeLessThan(asked);
  });

  it('are enough where top_k says how many, beside what penalties push down', () => {
    const options = { ...PLAIN, topK: 20, repetitionPenalty: 1.5 };
    const seen = new Set([1, 2, 3, 4, 5]);
    const wanted = candidatesWanted(options, seen.size, 60);
    expect(wanted).toBe(25);
    for (let seed = 0; seed < 50; seed++) {
      expect(chooseToken(drawn(seed, wanted), options, seen, new Map(), seed / 50)).not.toBeNull();
    }
    expect(candidatesWanted({ ...PLAIN, topK: 1000 }, 0, 49_152)).toBe(1000);
    expect(candidatesWanted({ ...PLAIN, temperature: 0, presencePenalty: 1 }, 300, 49_152)).toBe(301);
    expect(candidatesWanted({ ...PLAIN, presencePenalty: -1 }, 1, 60)).toBe(60);
    expect(candidatesWanted({ ...PLAIN, frequencyPenalty: -1 }, 1, 60)).toBe(60);
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
