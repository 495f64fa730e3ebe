import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerMethods } from '@assay/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inOrder, textInputs } from '../../test/collect.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyTokens, tinyVector, writeTinyEncoder } from '../../test/tiny-transformer.ts';
import { createEncoder, type Encoder, type EncoderOptions } from './encoder.ts';
import { createEncoderRunner } from './encoder-runner.ts';

/** Made by Python: the tokenizers library and onnxruntime, mean over tokens, scaled to length 1. */
const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../test/fixtures/minilm-golden.json', import.meta.url)), 'utf8'),
) as { readonly text: string; readonly tokens: number; readonly vector: number[]; readonly last: number[] }[];

async function open(options: EncoderOptions): Promise<Encoder> {
  const encoder = await createEncoder({ env: { ASSAY_CACHE: temporaryFolder() }, ...options });
  onTestFinished(() => encoder.close());
  return encoder;
}

async function vectorsOf(encoder: Encoder, texts: readonly string[]): Promise<Float32Array[]> {
  const answers = await inOrder(encoder.embed(textInputs(texts)));
  return answers.map((answer) => {
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.vector;
  });
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

describe('the embedded encoder', () => {
  it('gives the vectors that Python gives, of length 1, and cuts at 256 tokens', async () => {
    const encoder = await open({ model: 'all-MiniLM-L6-v2' });
    expect(encoder.info).toMatchObject({
      maxTokens: 256,
      pooling: ['mean'],
      isNormalised: true,
      isBatchInvariant: true,
    });
    const vectors = await vectorsOf(
      encoder,
      golden.map(({ text }) => text),
    );
    for (const [index, vector] of vectors.entries()) {
      expect(vector).toHaveLength(384);
      expect(dot(vector, vector)).toBeCloseTo(1, 5);
      expect([...vector.slice(0, 8)]).toEqual(golden[index]!.vector.map((value) => expect.closeTo(value, 4)));
    }
  });

  it('gives token vectors with weight 0 on [CLS] and [SEP]', async () => {
    const encoder = await open({ model: 'all-MiniLM-L6-v2' });
    const answers = await inOrder(encoder.tokenEmbeddings(textInputs(golden.map(({ text }) => text))));
    for (const [index, answer] of answers.entries()) {
      if (!answer.ok) throw new Error(answer.error.message);
      const { tokens, last } = golden[index]!;
      expect(answer.vectors).toHaveLength(tokens);
      expect([...answer.weights]).toEqual([0, ...Array(tokens - 2).fill(1), 0]);
      expect([...answer.vectors.at(-1)!.slice(0, 4)]).toEqual(last.map((value) => expect.closeTo(value, 4)));
      for (const vector of answer.vectors) expect(dot(vector, vector)).toBeCloseTo(1, 4);
    }
  });

  it('puts a paraphrase nearer than another subject', async () => {
    const encoder = await open({ model: 'sentence-transformers/all-MiniLM-L6-v2' });
    const [first, paraphrase, other] = await vectorsOf(
      encoder,
      golden.slice(2, 5).map(({ text }) => text),
    );
    expect(dot(first!, paraphrase!)).toBeGreaterThan(0.9);
    expect(dot(first!, other!)).toBeLessThan(0.3);
  });

  it('gives a text the same vector in any batch, order and number of threads', async () => {
    const texts = golden.map(({ text }) => text);
    const alone = await open({ model: 'all-MiniLM-L6-v2', batchTokens: 1 });
    const many = await open({ model: 'all-MiniLM-L6-v2', threads: 2 });
    const expected = await vectorsOf(alone, texts);
    const reversed = (await vectorsOf(many, [...texts].reverse())).reverse();
    for (const [index, vector] of reversed.entries()) expect(dot(vector, expected[index]!)).toBeCloseTo(1, 5);
  });
});

describe('an encoder told by its own files', () => {
  const text = 'good dull film';
  const width = 4;
  const layer = (word: string): number[] => tinyVector(word, width).map((value) => value + 3);
  const unit = (vector: readonly number[]): number[] => {
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  const rows = tinyTokens(text).map(layer);
  const column = (at: number): number[] => rows.map((row) => row[at]!);
  const over = (combine: (values: number[]) => number): number[] => rows[0]!.map((_, at) => combine(column(at)));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const modules = (...kinds: string[]): string =>
    JSON.stringify(
      kinds.map((kind, idx) => ({
        idx,
        path: idx === 0 ? '' : `${idx}_${kind}`,
        type: `sentence_transformers.models.${kind}`,
      })),
    );

  it.each([
    ['cls', 'pooling_mode_cls_token', rows[0]!],
    ['max', 'pooling_mode_max_tokens', over((values) => Math.max(...values))],
    ['mean', 'pooling_mode_mean_tokens', over((values) => sum(values) / 5)],
    ['mean_sqrt_len', 'pooling_mode_mean_sqrt_len_tokens', over((values) => sum(values) / Math.sqrt(5))],
    [
      'weightedmean',
      'pooling_mode_weightedmean_tokens',
      over((values) => sum(values.map((x, at) => x * (at + 1))) / 15),
    ],
    ['lasttoken', 'pooling_mode_lasttoken', rows[4]!],
  ])('pools by %s where 1_Pooling says so', async (mode, key, expected) => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width, {
      'modules.json': modules('Transformer', 'Pooling'),
      '1_Pooling/config.json': JSON.stringify({ word_embedding_dimension: width, [key]: true }),
    });
    const encoder = await open({ model: folder });
    expect(encoder.info).toMatchObject({ pooling: [mode], isNormalised: false });
    // A longer neighbour brings padding, which no mode may look at.
    const [vector] = await vectorsOf(encoder, [text, 'good good good good good film']);
    expect([...vector!]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  it('concatenates several modes in the order of sentence-transformers, then normalises', async () => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width, {
      'modules.json': modules('Transformer', 'Pooling', 'Normalize'),
      '1_Pooling/config.json': JSON.stringify({ pooling_mode_mean_tokens: true, pooling_mode_cls_token: true }),
    });
    const [vector] = await vectorsOf(await open({ model: folder }), [text]);
    const expected = unit([...rows[0]!, ...over((values) => sum(values) / 5)]);
    expect([...vector!]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  it('takes the mean, not normalised, where no file says anything', async () => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width);
    const encoder = await open({ model: folder });
    expect(encoder.info).toMatchObject({ pooling: ['mean'], isNormalised: false, maxTokens: 12 });
  });

  it('honours max_seq_length', async () => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width, { 'sentence_bert_config.json': JSON.stringify({ max_seq_length: 4 }) });
    const encoder = await open({ model: folder });
    const [answer] = await inOrder(encoder.tokenEmbeddings(textInputs(['good dull film sport'])));
    const expected = ['[CLS]', 'good', 'dull', '[SEP]'].map((word) => unit(layer(word)));
    expect((answer as { vectors: readonly Float32Array[] }).vectors.map((vector) => [...vector])).toEqual(
      expected.map((vector) => vector.map((value) => expect.closeTo(value, 5))),
    );
  });

  it('reads a long text whole where asked, piece by piece', async () => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width, { 'sentence_bert_config.json': JSON.stringify({ max_seq_length: 4 }) });
    const encoder = await open({ model: folder });
    const texts = textInputs(['good dull film sport bad', 'film']);
    const close = (vector: readonly number[]) => vector.map((value) => expect.closeTo(value, 5));
    const tokens = await inOrder(encoder.tokenEmbeddings(texts, { whole: true }));
    const words = ['[CLS]', 'good', 'dull', 'film', 'sport', 'bad', '[SEP]'];
    expect(tokens).toMatchObject([{ vectors: { length: 7 }, weights: { length: 7 } }, { vectors: { length: 3 } }]);
    const [first] = tokens;
    if (first === undefined || !first.ok) throw new Error('no vectors');
    expect(first.vectors.map((vector) => [...vector])).toEqual(words.map((word) => close(unit(layer(word)))));
    expect([...first.weights]).toEqual([0, 1, 1, 1, 1, 1, 0]);
    const mean = (own: readonly string[]) => {
      const all = ['[CLS]', ...own, '[SEP]'].map(layer);
      return all[0]!.map((_, at) => sum(all.map((row) => row[at]!)));
    };
    const pieces = [['good', 'dull'], ['film'], ['sport', 'bad']].map(mean);
    const counted = 4 + 3 + 4;
    const expected = pieces[0]!.map((_, at) => sum(pieces.map((piece) => piece[at]!)) / counted);
    const [embedded, short] = await inOrder(encoder.embed(texts, { whole: true }));
    expect([...(embedded as { vector: Float32Array }).vector]).toEqual(close(expected));
    expect(short).toEqual((await inOrder(encoder.embed([texts[1]!])))[0]);
  });

  it('takes token vectors from the layer asked for, and refuses one that is not exported', async () => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width);
    const encoder = await open({ model: folder });
    expect(encoder.info.layers).toEqual([0, 1]);
    const [answer] = await inOrder(encoder.tokenEmbeddings(textInputs(['film']), { layer: 1 }));
    const expected = unit(tinyVector('film', width).map((value) => value + 2));
    expect([...(answer as { vectors: readonly Float32Array[] }).vectors[1]!]).toEqual(
      expected.map((value) => expect.closeTo(value, 5)),
    );
    await expect(inOrder(encoder.tokenEmbeddings(textInputs(['film']), { layer: 7 }))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      hint: expect.stringContaining('it gives layers 0, 1;'),
    });
  });

  it('refuses a model whose vector needs a part that the graph lacks', async () => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width, { 'modules.json': modules('Transformer', 'Pooling', 'Dense') });
    await expect(open({ model: folder })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('Dense'),
    });
  });

  it.each([
    ['MODEL_LOAD', { 'onnx/model.onnx': 'not a graph' }],
    ['MODEL_LOAD', { 'tokenizer.json': '{"version":' }],
    ['MODEL_LOAD', { 'tokenizer.json': '{"model":{"type":"Nothing"}}' }],
  ])('refuses damaged files with %s (%j)', async (code, files) => {
    const folder = temporaryFolder();
    writeTinyEncoder(folder, width, files as Record<string, string>);
    await expect(open({ model: folder })).rejects.toMatchObject({ code, message: expect.stringContaining(folder) });
  });
});

describe('createEncoderRunner', () => {
  it('embeds through the port and refuses what it cannot do', async () => {
    const phases: string[] = [];
    const runner = await createEncoderRunner({
      model: 'all-MiniLM-L6-v2',
      env: { ASSAY_CACHE: temporaryFolder() },
      hooks: { onLoad: ({ phase }) => phases.push(phase) },
    });
    onTestFinished(() => runner.close());
    expect(runner.id).toMatch(/^local:all-MiniLM-L6-v2@sha256:[0-9a-f]{64}$/);
    expect([...new Set(phases)]).toEqual(['verify', 'load', 'ready']);
    const [answer] = await inOrder(runner.embed(textInputs(['hello']), {}));
    expect(answer).toMatchObject({ id: '0', ok: true });
    expect(runnerMethods(runner)).toEqual(['embed']);
  });
});
