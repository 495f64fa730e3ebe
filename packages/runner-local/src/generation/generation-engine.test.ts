import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToyModel, toyLogits } from '../../test/toy-model.ts';
import { reduceLogits } from '../layouts/reduce-logits.ts';
import type { GenerateJob } from '../worker/messages.ts';
import { GenerationEngine } from './generation-engine.ts';
import { seededUniform } from './random.ts';
import { chooseToken, type SamplingOptions } from './sampling.ts';

const GREEDY: SamplingOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0 };
const EOS = 3;

function job(id: number, tokens: readonly number[], maxNewTokens: number, sampling = GREEDY): GenerateJob {
  return {
    kind: 'generate',
    id,
    tokens: Int32Array.from(tokens),
    maxNewTokens,
    eosIds: [EOS],
    sampling,
    seed: id,
    streams: false,
  };
}

/** The slow twin: one sequence, its whole history at each step. */
function alone(prompt: readonly number[], maxNewTokens: number): number[] {
  const generated: number[] = [];
  while (generated.length < maxNewTokens && generated.at(-1) !== EOS) {
    const logits = toyLogits([...prompt, ...generated]);
    generated.push(logits.indexOf(Math.max(...logits)));
  }
  return generated;
}

async function drain(engine: GenerationEngine, arrivals: readonly GenerateJob[], together: number) {
  const answers = new Map<number, number[]>();
  const waiting = [...arrivals];
  for (let pass = 0; engine.busy || waiting.length > 0; pass++) {
    for (const arrival of waiting.splice(0, together)) engine.add(arrival);
    for (const result of (await engine.pass()).results) {
      if (result.kind !== 'generate') throw new Error(`job ${result.id} failed`);
      answers.set(result.id, Array.from(result.tokens));
    }
    if (pass > 10_000) throw new Error('no end');
  }
  return answers;
}

const token = fc.integer({ min: 4, max: 9 });
const prompt = fc.oneof(
  fc.array(token, { minLength: 1, maxLength: 30 }),
  // Prompts that share a beginning, some longer than one chunk.
  fc.array(token, { minLength: 1, maxLength: 8 }).map((tail) => [...new Array<number>(20).fill(7), ...tail]),
  fc.array(token, { minLength: 1, maxLength: 8 }).map((tail) => [...new Array<number>(300).fill(8), ...tail]),
);

describe('continuous batching', () => {
  it('gives every sequence the tokens that it gets alone, whatever arrives beside it and when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(prompt, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 40_000 }),
        async (cases, slots, together, cacheBytes) => {
          const engine = new GenerationEngine(new ToyModel(), { slots, prefillTokens: 64, cacheBytes });
          const jobs = cases.map(([tokens, most], id) => job(id, tokens, most));
          const answers = await drain(engine, jobs, together);
          cases.forEach(([tokens, most], id) => {
            expect(answers.get(id)).toEqual(alone(tokens, most));
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('samples the same tokens from the same seed in any batch', async () => {
    const sampling = { ...GREEDY, temperature: 1.5, topP: 0.9, repetitionPenalty: 1.2, presencePenalty: 0.5 };
    const jobs = Array.from({ length: 12 }, (_, id) => job(id, [4, 5, (id % 5) + 4], 15, sampling));
    const run = (slots: number, list: GenerateJob[]) =>
      drain(new GenerationEngine(new ToyModel(), { slots, prefillTokens: 64, cacheBytes: 1e6 }), list, 5);
    const one = await run(1, jobs);
    expect(await run(8, [...jobs].reverse())).toEqual(new Map([...one].sort((a, b) => a[0] - b[0])));
    expect(one.get(0)).not.toEqual(one.get(5));
  });

  it('samples from the whole vocabulary, though most choices need a few candidates', async () => {
    const vocabulary = 1600;
    const sampling = { ...GREEDY, temperature: 1 };
    const jobs = Array.from({ length: 10 }, (_, id) => ({ ...job(id, [4, 5, 4 + id], 12, sampling), eosIds: [] }));
    const twin = (id: number) => {
      const uniform = seededUniform(id);
      const tokens = [...jobs[id]!.tokens];
      while (tokens.length < 15) {
        const logits = Float32Array.from(toyLogits(tokens, vocabulary));
        const { ids, logSumExp } = reduceLogits(logits, vocabulary);
        const best = { ids: Int32Array.from(ids), logits: Float32Array.from(ids, (each) => logits[each]!) };
        const logProbabilities = best.logits.map((logit) => logit - logSumExp);
        const whole = { ...best, logProbabilities, vocabularySize: vocabulary };
        tokens.push(chooseToken(whole, sampling, new Set(), new Map(), uniform())!);
      }
      return tokens.slice(3);
    };
    const expected = jobs.map(({ id }) => [id, twin(id)] as const);
    for (const slots of [1, 8]) {
      const model = new ToyModel(vocabulary);
      const engine = new GenerationEngine(model, { slots, prefillTokens: 64, cacheBytes: 1e6 });
      const answers = await drain(engine, jobs, 5);
      expect([...answers].sort(([a], [b]) => a - b)).toEqual(expected);
      expect(model.wholeSteps).toBeGreaterThan(0);
      expect(model.wholeSteps).toBeLessThan(60);
    }
  });

  it('lets fewer sequences in at once when the cache is small', async () => {
    const jobs = Array.from({ length: 8 }, (_, id) => job(id, [4, 5, 6], 20));
    const widest = async (cacheBytes: number) => {
      const model = new ToyModel();
      await drain(new GenerationEngine(model, { slots: 8, prefillTokens: 64, cacheBytes }), jobs, 8);
      return model.mostRows;
    };
    expect(await widest(1e6)).toBe(8);
    // 8 bytes a token and 23 tokens a sequence: three fit.
    expect(await widest(600)).toBe(3);
  });

  it('drops a cancelled job and continues with the others', async () => {
    const engine = new GenerationEngine(new ToyModel(), { slots: 4, prefillTokens: 64, cacheBytes: 1e6 });
    for (let id = 0; id < 6; id++) engine.add(job(id, [4 + id, 5], 10));
    await engine.pass();
    await engine.pass();
    engine.cancel(new Set([1, 5]));
    const answers = await drain(engine, [], 1);
    for (const id of [0, 2, 3, 4]) expect(answers.get(id)).toEqual(alone([4 + id, 5], 10));
    expect(answers.has(1)).toBe(false);
  });

  it('fails a sequence whose logits are not numbers and no other', async () => {
    const model = new ToyModel();
    const step = model.step.bind(model);
    model.step = async (cache, rows, wanted, k) => {
      const out = await step(cache, rows, wanted, k);
      wanted.forEach(({ row }, w) => {
        if (rows[row]!.tokens[0] === 9) out.topLogProbabilities.fill(Number.NaN, w * k, (w + 1) * k);
      });
      return out;
    };
    const engine = new GenerationEngine(model, { slots: 4, prefillTokens: 64, cacheBytes: 1e6 });
    engine.add(job(0, [9, 4], 4));
    engine.add(job(1, [5, 4], 1));
    const { results } = await engine.pass();
    expect(results.find(({ id }) => id === 0)).toMatchObject({ kind: 'failed', error: { code: 'RUNNER_FAILED' } });
    expect(results.find(({ id }) => id === 1)).toMatchObject({ kind: 'generate' });
  });
});
