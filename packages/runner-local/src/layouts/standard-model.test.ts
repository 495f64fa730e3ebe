import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GenerationEngine } from '../generation/generation-engine.ts';
import { scoreBatch } from '../log-probability/score-batch.ts';
import type { GenerateJob, ModelSpec, ScoreJob } from '../worker/messages.ts';
import type { CausalModel } from './causal-model.ts';
import { openCausalModel } from './open-causal-model.ts';

const VOCABULARY = 48;
const LIMITS = { slots: 4, prefillTokens: 64, cacheBytes: 1e6 };
const GREEDY = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0 };
const PROMPTS = [[1, 2, 3], [4, 5, 6, 7, 8], [9], [10, 11, 12], [13, 14, 15, 16], [17, 18, 3, 2, 1, 30, 31]];

function spec(name: string): ModelSpec {
  return {
    name,
    graph: fileURLToPath(new URL(`../../fixtures/tiny/${name}.onnx`, import.meta.url)),
    cache: { layers: 0, heads: 0, headSize: 0 },
    vocabularySize: VOCABULARY,
    contextLength: 64,
    threads: 1,
    device: 'cpu',
  };
}

/** The slow twin: the whole sequence without a past, alone, for every token. */
async function aloneWithoutCache(model: CausalModel, prompt: readonly number[], count: number) {
  const tokens = [...prompt];
  const logProbabilities: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = { past: 0, pastLength: 0, tokens, store: -1 };
    const out = await model.step(model.createCache(), [row], [{ row: 0, position: tokens.length - 1, target: 0 }], 1);
    tokens.push(out.topIds[0]!);
    logProbabilities.push(out.topLogProbabilities[0]!);
  }
  return { tokens: tokens.slice(prompt.length), logProbabilities };
}

/** Answers of the engine by job id. */
async function generate(model: CausalModel, slots: number): Promise<Map<number, number[]>> {
  const engine = new GenerationEngine(model, { ...LIMITS, slots });
  PROMPTS.forEach((prompt, id) => {
    const tokens = Int32Array.from(prompt);
    const job: GenerateJob = {
      kind: 'generate',
      id,
      tokens,
      maxNewTokens: 10,
      eosIds: [],
      sampling: GREEDY,
      seed: 0,
      streams: false,
    };
    engine.add(job);
  });
  const answers = new Map<number, number[]>();
  while (engine.busy) {
    for (const result of (await engine.pass()).results) {
      if (result.kind === 'generate') answers.set(result.id, Array.from(result.tokens));
    }
  }
  return answers;
}

describe('what an export bears', () => {
  it.each([
    ['positions', 'ragged'],
    ['half', 'ragged'],
    ['columns', 'even'],
    ['dynamic', 'alone'],
  ] as const)('is found by trial: %s bears %s batches', async (name, batching) => {
    const model = await openCausalModel(spec(name));
    expect(model.batching).toBe(batching);
    await model.close();
  });

  it('keeps answers the same in any batch, even where activations are quantised over the batch', async () => {
    const model = await openCausalModel(spec('dynamic'));
    expect(await generate(model, 4)).toEqual(new Map(await generate(model, 1)));
    await model.close();
  });
});

describe.each(['positions', 'half', 'columns'])('an export in the usual layout: %s', (name) => {
  it('generates in a batch what it generates alone without a cache', async () => {
    const model = await openCausalModel(spec(name));
    const answers = await generate(model, 4);
    for (const [id, prompt] of PROMPTS.entries()) {
      expect(answers.get(id)).toEqual((await aloneWithoutCache(model, prompt, 10)).tokens);
    }
    await model.close();
  });

  it('scores what it generated as it scored it then', async () => {
    const model = await openCausalModel(spec(name));
    const expected = await Promise.all(PROMPTS.map((prompt) => aloneWithoutCache(model, prompt, 6)));
    const jobs = PROMPTS.map((prompt, id): ScoreJob => {
      return { kind: 'score', id, tokens: Int32Array.from([...prompt, ...expected[id]!.tokens]), from: prompt.length };
    });
    const { results } = await scoreBatch(model, jobs, LIMITS);
    for (const result of results) {
      if (result.kind !== 'score') throw new Error('failed');
      expect(result.isGreedy).toBe(true);
      result.logProbabilities.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[result.id]!.logProbabilities[i]!, name === 'half' ? 1 : 4);
      });
    }
    await model.close();
  });
});

describe('a graph that is no decoder with past', () => {
  it('is refused with the input that does not fit', async () => {
    const graph = fileURLToPath(
      new URL('../../../../models/all-MiniLM-L6-v2/onnx/model_quantized.onnx', import.meta.url),
    );
    await expect(openCausalModel({ ...spec('encoder'), graph })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('token_type_ids'),
    });
  });
});
