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
import { GenerationEngine } from '../generation/generation-engine.ts';
import type { ScoreJob } from '../worker/messages.ts';
import { openCausalModel } from './open-causal-model.ts';
import { Source } from './source.ts';

const SPECS = {
  't5 (merged decoder, fp32)': tinySpec('t5/onnx/decoder_model_merged.onnx', {
    encoder: tinyFile('t5/onnx/encoder_model.onnx'),
  }),
  'bart (decoder in two files, fp16)': tinySpec('bart/onnx/decoder_with_past_model.onnx', {
    encoder: tinyFile('bart/onnx/encoder_model.onnx'),
    firstGraph: tinyFile('bart/onnx/decoder_model.onnx'),
  }),
};
const START = [0];
const SOURCES = [
  [5, 6, 7, 1],
  [8, 1],
  [9, 10, 11, 12, 13, 14, 15, 16, 17, 1],
  [18, 19, 20, 1],
  [40, 41, 42, 43, 44, 1],
  [5, 6, 7, 8, 9, 1],
  [30, 1],
  [31, 32, 33, 2, 2, 2, 1],
  [5, 6, 7, 1],
];
const PROMPTS = SOURCES.map((source) => ({ tokens: START, source }));
const JOBS = PROMPTS.map((prompt, id) => tinyJob(id, prompt));

describe.each(Object.entries(SPECS))('an encoder-decoder: %s', (name, spec) => {
  const digits = name.includes('fp16') ? 1 : 4;

  it('supports sources of any length beside each other', async () => {
    const model = await openCausalModel(spec);
    expect(model).toMatchObject({ batching: 'ragged', continuation: 'token', mixesLengths: false });
    await model.close();
  });

  it('generates in a batch what it generates alone, the encoder and the whole answer run again for every token', async () => {
    const model = await openCausalModel(spec);
    const answers = await generateTiny(model, JOBS, 4);
    expect(new Set([...answers.values()].map(String)).size).toBeGreaterThan(4);
    for (const [id, prompt] of PROMPTS.entries()) {
      expect(answers.get(id)).toEqual((await aloneWithoutCache(model, prompt, 10)).tokens);
    }
    await model.close();
  });

  it('gives the same tokens in batches of 1 to 8 and in any order, greedy and sampled', async () => {
    const model = await openCausalModel(spec);
    const sampling = { ...GREEDY, temperature: 1.2, topK: 20, minP: 0.01, presencePenalty: 0.3 };
    for (const jobs of [JOBS, JOBS.map((job) => ({ ...job, sampling, maxNewTokens: 4 + job.id }))]) {
      const one = await generateTiny(model, jobs, 1);
      for (let slots = 2; slots <= 8; slots++) expect(await generateTiny(model, jobs, slots)).toEqual(one);
      expect(await generateTiny(model, [...jobs].reverse(), 5)).toEqual(one);
    }
    await model.close();
  });

  it('stops at an end token, and begins with the tokens that it is told to', async () => {
    const model = await openCausalModel(spec);
    const [first] = PROMPTS;
    const { tokens } = await aloneWithoutCache(model, first!, 10);
    const end = tokens[4]!;
    const stopped = await generateTiny(model, [tinyJob(0, first!, { eosIds: [end] })], 2);
    expect(stopped.get(0)).toEqual(tokens.slice(0, tokens.indexOf(end) + 1));
    const begun = { ...first!, tokens: [0, 3, 7] };
    const answer = await generateTiny(model, [tinyJob(0, begun), tinyJob(1, first!)], 2);
    expect(answer.get(0)).toEqual((await aloneWithoutCache(model, begun, 10)).tokens);
    expect(answer.get(1)).toEqual(tokens);
    await model.close();
  });

  it('reports the log-probability of each token as it comes', async () => {
    const model = await openCausalModel(spec);
    const engine = new GenerationEngine(model, TINY_LIMITS);
    PROMPTS.slice(0, 3).forEach((prompt, id) => {
      engine.add(tinyJob(id, prompt, { streams: true, maxNewTokens: 5 }));
    });
    const told = new Map<number, number[]>();
    while (engine.busy) {
      for (const { id, logProbability } of (await engine.pass()).tokens) {
        told.set(id, [...(told.get(id) ?? []), logProbability]);
      }
    }
    for (const [id, prompt] of PROMPTS.slice(0, 3).entries()) {
      const { logProbabilities } = await aloneWithoutCache(model, prompt, 5);
      told.get(id)!.forEach((value, i) => {
        expect(value).toBeCloseTo(logProbabilities[i]!, digits);
      });
    }
    await model.close();
  });

  it('scores given targets as it scored them one by one, several for one source too', async () => {
    const model = await openCausalModel(spec);
    const targets = [[4, 5, 6, 7], [4, 5, 9], [1], [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]];
    const jobs = SOURCES.flatMap((source) => targets.map((target) => ({ source, target }))).map(
      ({ source, target }, id): ScoreJob => ({
        kind: 'score',
        id,
        source: Int32Array.from(source),
        tokens: Int32Array.from([...START, ...target]),
        from: 1,
      }),
    );
    const { results } = await scoreAll(model, jobs, TINY_LIMITS);
    expect(results).toHaveLength(jobs.length);
    for (const result of results) {
      if (result.kind !== 'score') throw new Error('failed');
      const { tokens, source } = jobs[result.id]!;
      expect(result.logProbabilities).toHaveLength(tokens.length - 1);
      for (const [i, value] of result.logProbabilities.entries()) {
        const row = { past: 0, pastLength: 0, tokens: tokens.slice(0, i + 1), store: -1, source: new Source(source!) };
        const out = await model.step(model.createCache(), [row], [{ row: 0, position: i, target: tokens[i + 1]! }], 1);
        expect(value).toBeCloseTo(out.targetLogProbabilities[0]!, digits);
      }
    }
    await model.close();
  });
});

describe('an encoder', () => {
  it('runs once for a source, whatever number of tokens and answers follow', async () => {
    const model = await openCausalModel(SPECS['t5 (merged decoder, fp32)']);
    const source = new Source(SOURCES[0]!);
    const cache = model.createCache();
    cache.reserve(1, 8);
    const wanted = [{ row: 0, position: 0, target: 0 }];
    await model.step(cache, [{ past: 0, pastLength: 0, tokens: START, store: 0, source }], wanted, 1);
    const { encoded } = source;
    expect(encoded?.cross).toHaveLength(4);
    const cross = encoded!.cross;
    await model.step(cache, [{ past: 0, pastLength: 1, tokens: [5], store: 0, source }], wanted, 1);
    expect(source.encoded).toBe(encoded);
    expect(source.encoded?.cross).toBe(cross);
    await model.close();
  });
});

describe('graphs that are no encoder-decoder', () => {
  it('are refused with what is missing', async () => {
    const encoder = tinyFile('bart/onnx/encoder_model.onnx');
    await expect(openCausalModel(tinySpec('bart/onnx/decoder_model.onnx', { encoder }))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('past_key_values.N.decoder.key'),
    });
    await expect(openCausalModel(tinySpec('positions.onnx', { encoder }))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('the input attention_mask is not known'),
    });
    await expect(
      openCausalModel({ ...SPECS['t5 (merged decoder, fp32)'], encoder: tinyFile('positions.onnx') }),
    ).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining('position_ids') });
  });
});
