import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scoreAll } from '../../test/score-all.ts';
import {
  aloneWithoutCache,
  GREEDY,
  generateTiny,
  TINY_LIMITS,
  tinyFile,
  tinyJob,
  tinySpec,
} from '../../test/tiny-models.ts';
import type { ScoreJob } from '../worker/messages.ts';
import { openCausalModel } from './open-causal-model.ts';

const PROMPTS = [
  [1, 2, 3],
  [4, 5, 6, 7, 8],
  [9],
  [10, 11, 12],
  [13, 14, 15, 16],
  [17, 18, 3, 2, 1, 30, 31],
  [9, 9],
  [40, 2, 2, 5, 1, 1, 7, 8, 9, 4, 3],
].map((tokens) => ({ tokens }));
const JOBS = PROMPTS.map((prompt, id) => tinyJob(id, prompt));

const SPECS = {
  positions: tinySpec('positions.onnx'),
  half: tinySpec('half.onnx'),
  columns: tinySpec('columns.onnx'),
  merged: tinySpec('merged.onnx'),
  split: tinySpec('split/decoder_with_past_model.onnx', { firstGraph: tinyFile('split/decoder_model.onnx') }),
  gqa: tinySpec('gqa.onnx'),
  gqa_bias: tinySpec('gqa_bias.onnx'),
};

describe('what an export supports', () => {
  it.each([
    ['positions.onnx', 'ragged', 'tokens'],
    ['half.onnx', 'ragged', 'tokens'],
    ['columns.onnx', 'even', 'tokens'],
    ['dynamic.onnx', 'alone', 'tokens'],
    // Traced with one token after the past: given more, each would see those behind it.
    ['merged.onnx', 'ragged', 'token'],
    ['gqa.onnx', 'ragged', 'tokens'],
    // A trial in which nobody moves would not show this: its keys are right only where they were made.
    ['gqa_bias.onnx', 'even', 'tokens'],
  ] as const)(
    'is found by trial: %s supports %s batches, and %s after a past',
    async (name, batching, continuation) => {
      const model = await openCausalModel(tinySpec(name));
      expect(model).toMatchObject({ batching, continuation, mixesLengths: batching === 'ragged' });
      await model.close();
    },
  );

  it('is padding on the left for attention with a mask, on the right for GroupQueryAttention', async () => {
    const [masked, grouped] = [await openCausalModel(SPECS.positions), await openCausalModel(SPECS.gqa)];
    expect(masked).toMatchObject({ padding: 'left', continuesAlone: false });
    // This kernel takes several tokens behind a past from one sequence only.
    expect(grouped).toMatchObject({ padding: 'right', continuesAlone: true });
    await masked.close();
    await grouped.close();
  });

  it.each(['columns.onnx', 'gqa_bias.onnx'])('lets prompts of any length begin together: %s', async (name) => {
    const model = await openCausalModel(tinySpec(name));
    expect(model).toMatchObject({ batching: 'even', startsTogether: true, padding: 'right' });
    await model.close();
  });

  it('keeps answers the same in any batch, even where activations are quantised over the batch', async () => {
    const model = await openCausalModel(tinySpec('dynamic.onnx'));
    expect(await generateTiny(model, JOBS, 4)).toEqual(await generateTiny(model, JOBS, 1));
    await model.close();
  });
});

describe.each(Object.entries(SPECS))('an export in the usual layout: %s', (name, spec) => {
  it('generates in a batch what it generates alone without a cache', async () => {
    const model = await openCausalModel(spec);
    const answers = await generateTiny(model, JOBS, 4);
    for (const [id, prompt] of PROMPTS.entries()) {
      expect(answers.get(id)).toEqual((await aloneWithoutCache(model, prompt, 10)).tokens);
    }
    await model.close();
  });

  it('gives the same tokens in batches of 1 to 8 and in any order, greedy and sampled', async () => {
    const model = await openCausalModel(spec);
    const sampling = { ...GREEDY, temperature: 1.2, topP: 0.95, repetitionPenalty: 1.1 };
    for (const jobs of [JOBS, JOBS.map((job) => ({ ...job, sampling }))]) {
      const one = await generateTiny(model, jobs, 1);
      for (let slots = 2; slots <= 8; slots++) expect(await generateTiny(model, jobs, slots)).toEqual(one);
      expect(await generateTiny(model, [...jobs].reverse(), 5)).toEqual(one);
    }
    await model.close();
  });

  it('scores what it generated as it scored it then, shared beginnings and long runs too', async () => {
    const model = await openCausalModel(spec);
    const shared = { tokens: [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18] };
    const prompts = [...PROMPTS, shared, { tokens: [...shared.tokens, 3] }, { tokens: [...shared.tokens, 4, 5] }];
    const expected: { tokens: number[]; logProbabilities: number[] }[] = [];
    for (const prompt of prompts) expected.push(await aloneWithoutCache(model, prompt, 6));
    const jobs = prompts.map(({ tokens }, id): ScoreJob => {
      return { kind: 'score', id, tokens: Int32Array.from([...tokens, ...expected[id]!.tokens]), from: tokens.length };
    });
    const { results } = await scoreAll(model, jobs, TINY_LIMITS);
    expect(results).toHaveLength(jobs.length);
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

describe('the cache of an export', () => {
  it.each([
    ['positions.onnx', 'float32', 4],
    ['half.onnx', 'float16', 2],
  ] as const)('has the type of its inputs: %s keeps %s', async (name, element, bytes) => {
    const model = await openCausalModel(tinySpec(name));
    const cache = model.createCache();
    expect(cache.element).toBe(element);
    expect(cache.bytesPerToken).toBe(2 * 2 * 2 * 8 * bytes);
    await model.close();
  });
});

describe('a graph that is no decoder with past', () => {
  it('is refused with the input that does not fit', async () => {
    const graph = fileURLToPath(
      new URL('../../../../models/all-MiniLM-L6-v2/onnx/model_quantized.onnx', import.meta.url),
    );
    await expect(openCausalModel({ ...tinySpec('encoder'), graph })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('token_type_ids'),
    });
  });
});
