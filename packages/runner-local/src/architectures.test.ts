import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Completion, GenerateOptions } from '@assay/core';
import { AutoModelForCausalLM, AutoModelForSeq2SeqLM, env, type Tensor } from '@xenova/transformers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { tinyText, writeTinyBart, writeTinyLanguageModel, writeTinyT5 } from '../test/tiny-language-model.ts';
import { readCausalFolder } from './generation/causal-folder.ts';
import { createLocalRunner, type LocalRunner } from './local-runner.ts';
import { openLocalModel } from './open-local-model.ts';

const PROMPTS = [[5, 6, 7], [9], [11, 12, 13, 14, 15, 16, 17], [20, 21], [40, 3, 3, 8], [46, 45, 44, 43, 42]];

async function open(folder: string, options = {}): Promise<LocalRunner> {
  const runner = await createLocalRunner({ model: folder, workers: 1, digest: 'tiny', ...options });
  onTestFinished(() => runner.close());
  return runner;
}

async function answers(
  runner: Pick<LocalRunner, 'generate'>,
  texts: readonly string[],
  options: GenerateOptions,
): Promise<Completion[]> {
  const prompts = texts.map((text, id) => ({ id: String(id), text, seed: id }));
  const found: Completion[] = [];
  for await (const answer of runner.generate(prompts, options)) found.push(answer);
  return found.sort((a, b) => Number(a.id) - Number(b.id));
}

function texts(found: readonly Completion[]): string[] {
  return found.map((answer) => {
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.text;
  });
}

/** The same folder as transformers.js runs it, prompt by prompt. */
async function byTransformersJs(
  folder: string,
  auto: typeof AutoModelForCausalLM | typeof AutoModelForSeq2SeqLM,
  prompts: readonly (readonly number[])[],
  options: { readonly model_file_name?: string } = {},
): Promise<string[]> {
  const { Tensor: JsTensor } = await import('@xenova/transformers');
  env.localModelPath = dirname(folder);
  const model = await auto.from_pretrained(basename(folder), { dtype: 'fp32', local_files_only: true, ...options });
  const isEncoderDecoder = auto === AutoModelForSeq2SeqLM;
  const found: string[] = [];
  for (const prompt of prompts) {
    const ids = isEncoderDecoder ? [...prompt, 1] : [...prompt];
    const dims = [1, ids.length];
    const out = (await model.generate({
      input_ids: new JsTensor('int64', BigInt64Array.from(ids, BigInt), dims),
      attention_mask: new JsTensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
      max_new_tokens: 12,
      do_sample: false,
    } as never)) as Tensor;
    const tokens = Array.from(out.data as BigInt64Array, Number).slice(isEncoderDecoder ? 1 : ids.length);
    const end = tokens.indexOf(1);
    // As text is shown: special tokens left out.
    found.push(tinyText(...(end < 0 ? tokens : tokens.slice(0, end)).filter((id) => id > 2)));
  }
  await model.dispose();
  return found;
}

const GREEDY = { maxNewTokens: 12 };
const inputs = PROMPTS.map((ids) => tinyText(...ids));

describe('a folder of an architecture that others run', () => {
  it('gives the same text as in transformers.js: T5 with a merged decoder', async () => {
    const folder = temporaryFolder();
    writeTinyT5(folder);
    const ours = texts(await answers(await open(folder), inputs, GREEDY));
    expect(ours).toEqual(await byTransformersJs(folder, AutoModelForSeq2SeqLM, PROMPTS));
    expect(new Set(ours).size).toBe(ours.length);
  });

  it('gives the same text as in transformers.js: a decoder of two branches', async () => {
    const folder = temporaryFolder();
    writeTinyLanguageModel(folder, 'gpt2', { 'onnx/decoder_model_merged.onnx': 'merged.onnx' });
    const ours = texts(await answers(await open(folder), inputs, GREEDY));
    const theirs = await byTransformersJs(folder, AutoModelForCausalLM, PROMPTS, {
      model_file_name: 'decoder_model_merged',
    });
    expect(ours).toEqual(theirs);
  });

  it('gives the same text as in transformers.js: GroupQueryAttention', async () => {
    const folder = temporaryFolder();
    writeTinyLanguageModel(folder, 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
    const ours = texts(await answers(await open(folder), inputs, GREEDY));
    expect(ours).toEqual(await byTransformersJs(folder, AutoModelForCausalLM, PROMPTS));
  });
});

describe('an encoder-decoder in a folder', () => {
  it('is opened by name as any model, with its answer counted from its own start', async () => {
    const folder = temporaryFolder();
    writeTinyT5(folder);
    const runner = await openLocalModel(folder, { causal: { workers: 1 } });
    onTestFinished(() => runner.close());
    const [first] = await answers(runner as LocalRunner, [tinyText(5, 6, 7)], { maxNewTokens: 3 });
    expect(first).toMatchObject({ ok: true, promptTokens: 4, newTokens: 3, finishReason: 'length' });
    expect(runner.countTokens?.({ id: 'a', text: tinyText(5, 6, 7) })).toBe(4);
  });

  it('samples by seed the same in any batch, stops at stop strings and tells its tokens', async () => {
    const folder = temporaryFolder();
    writeTinyBart(folder);
    const sampled = { maxNewTokens: 8, temperature: 1.3, topK: 12 };
    const [wide, narrow] = [await open(folder, { batchSize: 6 }), await open(folder, { batchSize: 1 })];
    expect(texts(await answers(wide, inputs, sampled))).toEqual(texts(await answers(narrow, inputs, sampled)));

    const [whole] = texts(await answers(wide, inputs.slice(0, 1), GREEDY));
    const stop = whole!.split(' ')[3]!;
    const [cut] = await answers(wide, inputs.slice(0, 1), { ...GREEDY, stop: [stop], logProbabilities: true });
    expect(cut).toMatchObject({ ok: true, finishReason: 'stop', text: whole!.slice(0, whole!.indexOf(stop)) });
    if (!cut?.ok) throw new Error('failed');
    expect(cut.tokens!.map(({ text }) => text).join('')).toBe(cut.text);
    expect(cut.tokens!.every(({ logProbability }) => logProbability < 0)).toBe(true);
  });

  it('begins its answers with the token that the config forces', async () => {
    const folder = temporaryFolder();
    writeTinyBart(folder);
    expect(readCausalFolder(folder).startIds).toEqual([0, 3]);
    const free = temporaryFolder();
    writeTinyBart(free, { forced_bos_token_id: null });
    expect(readCausalFolder(free).startIds).toEqual([0]);
    const forced = texts(await answers(await open(folder), inputs, GREEDY));
    expect(texts(await answers(await open(free), inputs, GREEDY))).not.toEqual(forced);
  });

  it('scores a given target as it scored the same answer while generating it', async () => {
    const folder = temporaryFolder();
    writeTinyT5(folder);
    const runner = await open(folder);
    const found = await answers(runner, inputs, { maxNewTokens: 5, logProbabilities: true });
    const requests = found.map((answer, at) => {
      if (!answer.ok) throw new Error('failed');
      return { id: answer.id, prompt: inputs[at]!, continuation: answer.text };
    });
    for await (const scored of runner.logProbabilities(requests, { tokens: true })) {
      const answer = found[Number(scored.id)]!;
      if (!scored.ok || !answer.ok) throw new Error('failed');
      expect(scored.isGreedy).toBe(true);
      expect(scored.tokenCount).toBe(answer.text.split(' ').length);
      scored.tokenLogProbabilities.forEach((value, i) => {
        expect(value).toBeCloseTo(answer.tokens![i]!.logProbability, 4);
      });
    }
  });

  it('refuses a source beyond its context, or cuts it when told to', async () => {
    const folder = temporaryFolder();
    writeTinyT5(folder);
    const runner = await open(folder);
    const long = tinyText(...Array.from({ length: 40 }, (_, i) => 3 + i));
    const [refused] = await answers(runner, [long], GREEDY);
    expect(refused).toMatchObject({ ok: false, state: 'truncated', error: { code: 'RUNNER_PROMPT_TOO_LONG' } });
    const [cut] = await answers(runner, [long], { ...GREEDY, overflow: 'left' });
    expect(cut).toMatchObject({ ok: true, promptTokens: 32 });
    for await (const scored of runner.logProbabilities([{ id: 'a', prompt: long, continuation: 'w5' }], {})) {
      expect(scored).toMatchObject({ ok: false, state: 'truncated' });
    }
  });

  it('has no end of its context where positions are relative and the config names none', () => {
    const folder = temporaryFolder();
    writeTinyT5(folder, { n_positions: undefined });
    expect(readCausalFolder(folder).contextLength).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a run of a model whose kernels do not support every batch', () => {
  it.each([
    ['dynamic.onnx', 'alone'],
    ['columns.onnx', 'even'],
    ['positions.onnx', undefined],
  ] as const)('says so: %s', async (graph, batching) => {
    const folder = temporaryFolder();
    writeTinyLanguageModel(folder, 'gpt2', { 'onnx/model.onnx': graph });
    const runner = await openLocalModel(folder, { causal: { workers: 1 } });
    onTestFinished(() => runner.close());
    const told = batching === undefined ? [] : [expect.stringMatching(`^batching ${batching}: `)];
    expect(runner.notes).toEqual(told);
  });
});

describe('the graphs of a folder', () => {
  const tiny = 'positions.onnx';
  const chosen = (kind: 'gpt2' | 't5', ...paths: readonly string[]) => {
    const folder = temporaryFolder();
    writeTinyLanguageModel(folder, kind, Object.fromEntries(paths.map((path) => [path, tiny])));
    return readCausalFolder(folder).graphs.map((file) => file.slice(folder.length + 1));
  };

  it('are the smallest number format of the simplest layout', () => {
    expect(chosen('gpt2', 'onnx/model.onnx', 'onnx/model_q4.onnx', 'onnx/decoder_model_merged_q4.onnx')).toEqual([
      'onnx/model_q4.onnx',
    ]);
    expect(chosen('gpt2', 'onnx/decoder_model.onnx', 'onnx/decoder_with_past_model.onnx')).toEqual([
      'onnx/decoder_with_past_model.onnx',
      'onnx/decoder_model.onnx',
    ]);
  });

  it('may lie at the top of the folder, as onnxruntime-genai writes them', () => {
    expect(chosen('gpt2', 'model.onnx')).toEqual(['model.onnx']);
  });

  it('of an encoder-decoder are a decoder with its encoder, in one format where there is one', () => {
    const both = ['onnx/encoder_model.onnx', 'onnx/encoder_model_fp16.onnx'];
    expect(chosen('t5', ...both, 'onnx/decoder_model_merged_fp16.onnx')).toEqual([
      'onnx/decoder_model_merged_fp16.onnx',
      'onnx/encoder_model_fp16.onnx',
    ]);
    expect(chosen('t5', ...both, 'onnx/decoder_model_merged_q4.onnx')).toEqual([
      'onnx/decoder_model_merged_q4.onnx',
      'onnx/encoder_model.onnx',
    ]);
  });

  it.each([
    ['gpt2', ['onnx/decoder_model.onnx'], 'onnx/decoder_model.onnx'],
    ['t5', ['onnx/encoder_model.onnx', 'onnx/decoder_model.onnx'], 'onnx/decoder_model.onnx, onnx/encoder_model.onnx'],
    ['t5', ['onnx/decoder_model_merged.onnx'], 'onnx/decoder_model_merged.onnx'],
    [
      'gpt2',
      ['onnx/embed_tokens.onnx', 'onnx/vision_encoder.onnx'],
      'onnx/embed_tokens.onnx, onnx/vision_encoder.onnx',
    ],
  ] as const)('that make up no %s that can be run are MODEL_UNSUPPORTED, naming %j', (kind, paths, named) => {
    expect(() => chosen(kind, ...paths)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(named) }),
    );
  });

  it('that are not there are MODEL_FILES_MISSING, naming what is', () => {
    expect(() => chosen('gpt2')).toThrow(
      expect.objectContaining({ code: 'MODEL_FILES_MISSING', message: expect.stringContaining('tokenizer.json') }),
    );
    const folder = temporaryFolder();
    writeTinyLanguageModel(folder, 'gpt2', { 'onnx/model.onnx': tiny });
    expect(() => readCausalFolder(folder, 'model_q4.onnx')).toThrow(
      expect.objectContaining({ code: 'MODEL_FILES_MISSING', hint: expect.stringContaining('onnx/model.onnx') }),
    );
  });

  it('of a model that takes sound or pictures are refused with the input that text cannot fill', async () => {
    const folder = temporaryFolder();
    writeTinyT5(folder, { model_type: 'whisper' });
    mkdirSync(join(folder, 'onnx'), { recursive: true });
    const { tinyOnnx } = await import('../test/tiny-onnx.ts');
    const encoder = tinyOnnx({
      inputs: ['input_features'],
      nodes: [{ op: 'Cast', inputs: ['input_features'], outputs: ['last_hidden_state'], ints: { to: 1 } }],
      outputs: { last_hidden_state: { type: 1, rank: 2 } },
    });
    writeFileSync(join(folder, 'onnx', 'encoder_model.onnx'), encoder);
    await expect(open(folder)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('input_features'),
      at: { file: join(folder, 'onnx', 'encoder_model.onnx') },
    });
  });
});
