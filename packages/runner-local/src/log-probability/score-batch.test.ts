import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToyModel, toyLogits, toyLogProbability } from '../../test/toy-model.ts';
import type { ScoreJob } from '../worker/messages.ts';
import { scoreBatch } from './score-batch.ts';

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
          const { results } = await scoreBatch(new ToyModel(), jobs, { ...LIMITS, cacheBytes });
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
    const { promptTokens } = await scoreBatch(model, jobs, LIMITS);
    // The last token of each continuation is only a target.
    expect(model.tokensComputed).toBe(300 + 4 * 2);
    expect(promptTokens).toBe(308);
  });

  it('computes equal sequences once', async () => {
    const model = new ToyModel();
    const jobs = [0, 1, 2].map((id) => job(id, [1, 2, 3, 4, 5, 6], 1));
    const { results } = await scoreBatch(model, jobs, LIMITS);
    expect(model.tokensComputed).toBe(5);
    expect(results).toHaveLength(3);
  });
});
