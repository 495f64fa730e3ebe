import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreAll } from '../../test/score-all.ts';
import { ToyModel, toyLogits, toyLogProbability } from '../../test/toy-model.ts';
import { CacheBudget } from '../layouts/cache-budget.ts';
import type { JobResult, ScoreJob } from '../worker/messages.ts';
import { ScoringEngine } from './scoring-engine.ts';

const LIMITS = { slots: 8, prefillTokens: 64, cacheBytes: 1e6 };

function job(id: number, tokens: readonly number[], from: number): ScoreJob {
  return { kind: 'score', id, tokens: Int32Array.from(tokens), from };
}

const token = fc.integer({ min: 0, max: 3 });
const sequence = fc.oneof(
  fc.array(token, { minLength: 2, maxLength: 20 }),
  fc.array(token, { minLength: 1, maxLength: 6 }).map((tail) => [1, 1, 2, 1, 3, 1, 1, ...tail]),
);

describe('scoring a batch', () => {
  it('gives the log-probabilities that each sequence gets alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(sequence, fc.nat()), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 2000 }),
        async (cases, cacheBytes) => {
          const jobs = cases.map(([tokens, start], id) => job(id, tokens, 1 + (start % (tokens.length - 1))));
          const { results } = await scoreAll(new ToyModel(), jobs, { ...LIMITS, cacheBytes });
          results.forEach((result, i) => {
            const { tokens, from } = jobs[i]!;
            if (result.kind !== 'score') throw new Error('failed');
            const list = Array.from(tokens);
            const expected = list.slice(from).map((next, at) => toyLogProbability(list.slice(0, from + at), next));
            expect(result.logProbabilities.length).toBe(expected.length);
            expected.forEach((value, at) => {
              expect(result.logProbabilities[at]).toBeCloseTo(value, 5);
            });
            const greedy = list.slice(from).every((next, at) => {
              const logits = toyLogits(list.slice(0, from + at));
              return logits.indexOf(Math.max(...logits)) === next;
            });
            expect(result.isGreedy).toBe(greedy);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('computes the prompt of four continuations once', async () => {
    const model = new ToyModel();
    const prompt = Array.from({ length: 300 }, (_, i) => i % 5);
    const jobs = [6, 7, 8, 9].map((answer, id) => job(id, [...prompt, answer, 10, 11], 300));
    const { promptTokens } = await scoreAll(model, jobs, LIMITS);
    // The last token of each continuation is only a target.
    expect(model.tokensComputed).toBe(300 + 4 * 2);
    expect(promptTokens).toBe(308);
  });

  it('computes equal sequences once', async () => {
    const model = new ToyModel();
    const jobs = [0, 1, 2].map((id) => job(id, [1, 2, 3, 4, 5, 6], 1));
    const { results } = await scoreAll(model, jobs, LIMITS);
    expect(model.tokensComputed).toBe(5);
    expect(results).toHaveLength(3);
  });

  it('gives each result in the pass that completes it', async () => {
    const engine = new ScoringEngine(new ToyModel(), LIMITS);
    // The first is scored in one pass; the second's 1,000 tokens take two.
    engine.add([job(0, [1, 2, 3], 1), job(1, Array(1001).fill(4), 1)]);
    const passes: number[][] = [];
    while (engine.busy) passes.push((await engine.pass()).results.map(({ id }) => id));
    expect(passes.flat().sort()).toEqual([0, 1]);
    expect(passes.length).toBeGreaterThan(2);
    expect(passes.every((ids) => ids.length < 2)).toBe(true);
  });

  it('drops what only cancelled sequences want, and continues with the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sequence, { minLength: 2, maxLength: 20 }),
        fc.nat(),
        fc.nat({ max: 6 }),
        async (all, picks, passes) => {
          const model = new ToyModel();
          const engine = new ScoringEngine(model, LIMITS);
          engine.add(all.map((tokens, id) => job(id, tokens, 1)));
          const found = new Map<number, JobResult>();
          const pass = async () => {
            for (const result of (await engine.pass()).results) found.set(result.id, result);
          };
          for (let i = 0; i < passes && engine.busy; i++) await pass();
          const cancelled = new Set(all.flatMap((_, id) => ((picks >> (id % 31)) & 1 && !found.has(id) ? [id] : [])));
          engine.cancel(cancelled);
          while (engine.busy) await pass();
          expect([...found.keys()].sort()).toEqual(
            all
              .map((_, id) => id)
              .filter((id) => !cancelled.has(id))
              .sort(),
          );
          for (const [id, result] of found) {
            if (result.kind !== 'score') throw new Error('failed');
            const tokens = all[id]!;
            result.logProbabilities.forEach((value, at) => {
              expect(value).toBeCloseTo(toyLogProbability(tokens.slice(0, at + 1), tokens[at + 1]!), 5);
            });
          }
          expect(engine.heldBytes).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('computes nothing for sequences that are cancelled before their turn', async () => {
    const model = new ToyModel();
    const engine = new ScoringEngine(model, LIMITS);
    engine.add([job(0, Array(600).fill(4), 1), job(1, [5, 6, 7], 1)]);
    engine.cancel(new Set([0]));
    while (engine.busy) await engine.pass();
    expect(model.tokensComputed).toBe(2);
  });
});

describe('the memory of scoring', () => {
  /** Bytes of a toy's token. */
  const TOKEN = 8;

  it('stays within its budget when one long shared prompt stands beside many short ones', async () => {
    const model = new ToyModel();
    const long = Array.from({ length: 4000 }, (_, i) => i % 5);
    const shorts = Array.from({ length: 12 }, (_, i) => [...Array(20).fill(i % 5), 5 + i, ...Array(20).fill(6)]);
    const jobs = [long, ...shorts].flatMap((prompt, p) =>
      [7, 8, 9].map((answer, a) => job(3 * p + a, [...prompt, answer, 10], prompt.length)),
    );
    const cacheBytes = 8000 * TOKEN;
    const engine = new ScoringEngine(model, { ...LIMITS, cacheBytes });
    engine.add(jobs);
    let most = 0;
    while (engine.busy) {
      const before = model.mostBytes;
      await engine.pass();
      most = Math.max(most, before, model.mostBytes);
    }
    expect(most).toBeLessThanOrEqual(cacheBytes);
    // The long prompt went through once.
    expect(model.tokensComputed).toBeLessThan(4000 + 12 * 60 + jobs.length * 2);
  });

  it('stays within its budget for short sequences in any company', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sequence, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 3 }),
        async (all, more) => {
          const model = new ToyModel();
          // What a path of the tree may need by itself is a few slots; the rest is company.
          const cacheBytes = (10 + more) * 64 * TOKEN;
          await scoreAll(
            model,
            all.map((tokens, id) => job(id, tokens, 1)),
            { ...LIMITS, cacheBytes },
          );
          expect(model.mostBytes).toBeLessThanOrEqual(cacheBytes);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is what the neighbours leave', async () => {
    const model = new ToyModel();
    const budget = new CacheBudget(2000 * TOKEN);
    const neighbour = { heldBytes: 0 };
    budget.join(neighbour);
    const most = async (held: number) => {
      neighbour.heldBytes = held;
      model.mostBytes = 0;
      const engine = new ScoringEngine(model, LIMITS, budget);
      engine.add(
        Array.from({ length: 40 }, (_, i) =>
          [4, 5].map((last, a) => job(2 * i + a, [...Array(9).fill(i % 20), i % 7, i, last, 3], 11)),
        ).flat(),
      );
      while (engine.busy) await engine.pass();
      return model.mostBytes;
    };
    expect(await most(0)).toBeGreaterThan(await most(1900 * TOKEN));
  });
});
