import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type TinyGguf, type TinyPacking, writeTinyGguf } from '../../../test/tiny-gguf.ts';
import { TINY_LLAMA, type TinyLlama, tinyWeights } from '../../../test/tiny-llama.ts';
import { writeTinyLlama } from '../../../test/tiny-llama-export.ts';
import type { ModelSpec } from '../../worker/messages.ts';
import { checkConversion } from '../check-conversion.ts';
import { convertModel } from '../convert-model.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { readGguf } from './read-gguf.ts';
import { slimFromGguf } from './slim-from-gguf.ts';

const MODEL: TinyLlama = { ...TINY_LLAMA, feedForward: 64 };

/** Wide enough for blocks of 256. */
const WIDE: Partial<TinyLlama> = { hiddenSize: 256, headSize: 64, feedForward: 256, layers: 1 };
/** SmolLM2-135M, with fewer layers and tokens. */
const EMBEDDED: Partial<TinyLlama> = {
  ...{
    hiddenSize: 576,
    heads: 9,
    keyHeads: 3,
    headSize: 64,
    feedForward: 1536,
    layers: 3,
    tied: true,
    vocabulary: 384,
  },
};

/** What llama.cpp makes of Q4_K_M there: 576 is no multiple of 256, so most of it falls back to Q5_0 and Q8_0. */
function mixedOfEmbedded(name: string): TinyPacking {
  if (name.includes('down_proj')) return 'Q4_K';
  return name.includes('v_proj') ? 'Q8_0' : 'Q5_0';
}

function spec(graph: string, model: TinyLlama): ModelSpec {
  const cache = { layers: model.layers, heads: model.keyHeads, headSize: model.headSize };
  return { name: 'tiny', graph, cache, vocabularySize: model.vocabulary, contextLength: 64 };
}

/** The converted GGUF file against the plain export of the very weights that the file holds. */
async function convertAndCheck(changes: Partial<TinyLlama>, options: TinyGguf) {
  const model = { ...MODEL, ...changes };
  const folder = temporaryFolder();
  const [gguf, plain, slim] = ['model.gguf', 'model.onnx', 'slim.onnx'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const held = writeTinyGguf(gguf, model, tinyWeights(model), options);
  await writeTinyLlama(plain, model, 'sdpa', 'fp32', held);
  const { graph, nodes, format, json } = slimFromGguf(readGguf(gguf));
  await writeOnnx(slim, graph, nodes);
  return { ...(await checkConversion(spec(plain, model), spec(slim, model))), format, json };
}

describe('a GGUF file brought to the slim layout', () => {
  const files: Record<string, readonly [Partial<TinyLlama>, TinyGguf, format: string]> = {
    F32: [{}, { packing: 'F32' }, 'fp32'],
    F16: [{}, { packing: 'F16' }, 'fp16'],
    'Q8_0, tied embeddings': [{ tied: true }, { packing: 'Q8_0' }, 'q8'],
    Q8_0: [{}, { packing: 'Q8_0' }, 'q8'],
    'Q4_0 with Q8_0 tables': [{}, { packing: 'Q4_0', tables: 'Q8_0' }, 'q4'],
    'Q4_1 with F16 tables': [{}, { packing: 'Q4_1', tables: 'F16' }, 'q4'],
    'Q6_K tables': [{ hiddenSize: 256, layers: 1, tied: true }, { packing: 'Q4_0', tables: 'Q6_K' }, 'q4'],
    ...Object.fromEntries(
      (['Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'IQ4_XS', 'TQ1_0', 'TQ2_0'] as const).map((packing) => [
        `${packing} throughout, its tables too`,
        [WIDE, { packing }, ['Q5_K', 'Q6_K', 'IQ4_XS'].includes(packing) ? 'q8' : 'q4'] as const,
      ]),
    ),
    'Q5_0, Q5_1 and IQ4_NL': [
      { tied: true },
      { packing: (name) => (/q_proj/.test(name) ? 'Q5_1' : /mlp/.test(name) ? 'IQ4_NL' : 'Q5_0') },
      'q8',
    ],
    'Q4_K_M in the widths of the embedded model': [EMBEDDED, { packing: mixedOfEmbedded, tables: 'Q8_0' }, 'q4'],
    'biases (Qwen2)': [{ bias: true }, { packing: 'F32' }, 'fp32'],
    'norms of queries and keys (Qwen3)': [{ headNorms: true, tied: true }, { packing: 'F16' }, 'fp16'],
    'one key head for all, another theta': [{ keyHeads: 1, theta: 500 }, { packing: 'Q8_0' }, 'q8'],
  };
  for (const [name, [changes, options, format]] of Object.entries(files)) {
    it(`answers as the plain export of the same weights: ${name}`, async () => {
      const check = await convertAndCheck(changes, options);
      expect(check.format).toBe(format);
      expect(check.sameChoices).toBe(check.tokens);
      expect(check.largestDifference).toBeLessThan(1e-4);
    }, 120_000);
  }

  it('keeps the sizes of its metadata in config.json', async () => {
    const { json } = await convertAndCheck({ theta: 500, tied: true }, { packing: 'F32' });
    expect(json).toMatchObject({ model_type: 'llama', num_key_value_heads: 2, rope_theta: 500, vocab_size: 96 });
    expect(json).toMatchObject({ tie_word_embeddings: true, eos_token_id: 2, bos_token_id: null });
  });
});

describe('a GGUF model in shards', () => {
  it('answers as in one file, whichever shard is named', async () => {
    const folder = temporaryFolder();
    const [one, first, second] = ['one', 'm-00001-of-00002', 'm-00002-of-00002'].map((name) =>
      join(folder, `${name}.gguf`),
    ) as [string, string, string];
    const inSecond = (name: string): boolean => name.startsWith('blk.1.');
    const weights = tinyWeights(MODEL);
    writeTinyGguf(one, MODEL, weights, { packing: 'Q8_0' });
    writeTinyGguf(first, MODEL, weights, { packing: 'Q8_0', holds: (name) => !inSecond(name) });
    writeTinyGguf(second, MODEL, weights, { packing: 'Q8_0', holds: inSecond });
    const slim = async (from: string): Promise<ModelSpec> => {
      const { graph, nodes } = slimFromGguf(readGguf(from));
      await writeOnnx(`${from}.onnx`, graph, nodes);
      return spec(`${from}.onnx`, MODEL);
    };
    for (const shard of [first, second]) {
      const { largestDifference } = await checkConversion(await slim(one), await slim(shard));
      expect(largestDifference).toBe(0);
    }
  });

  it('is refused where two shards have the same tensor', () => {
    const folder = temporaryFolder();
    const shards = ['m-00001-of-00002', 'm-00002-of-00002'].map((name) => join(folder, `${name}.gguf`));
    for (const shard of shards) writeTinyGguf(shard, MODEL, tinyWeights(MODEL), { packing: 'Q8_0' });
    expect(() => readGguf(shards[0]!)).toThrow(expect.objectContaining({ code: 'MODEL_LOAD' }));
  });
});

describe('a GGUF file that cannot be converted', () => {
  async function slimOf(options: Partial<TinyGguf>, change?: (path: string) => void) {
    const path = join(temporaryFolder(), 'model.gguf');
    writeTinyGguf(path, MODEL, tinyWeights(MODEL), { packing: 'F32', ...options });
    change?.(path);
    const { graph, nodes } = slimFromGguf(readGguf(path));
    return writeOnnx(`${path}.onnx`, graph, nodes);
  }
  const unsupported = (message: RegExp) => ({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(message) });

  it('is refused with its architecture', async () => {
    const refused = slimOf({ extra: { 'general.architecture': 'mamba' } });
    await expect(refused).rejects.toMatchObject(unsupported(/the architecture mamba is not one of llama/));
  });

  it('is refused with its rope scaling', async () => {
    const refused = slimOf({ extra: { 'llama.rope.scaling.type': 'spiral' } });
    await expect(refused).rejects.toMatchObject(unsupported(/rope scaling "spiral"/));
  });

  it('is refused with a tensor that no llama has', async () => {
    const path = join(temporaryFolder(), 'model.gguf');
    const weights = tinyWeights(MODEL);
    weights.set('model.layers.0.mlp.router.weight', { dims: [4, 32], values: new Float32Array(128) });
    writeTinyGguf(path, MODEL, weights, { packing: 'F32' });
    const file = readGguf(path);
    expect(() => slimFromGguf(file)).toThrow(expect.objectContaining(unsupported(/blk\.0\.mlp\.router\.weight/)));
  });

  it('is refused with a block format that has no counterpart', async () => {
    const path = join(temporaryFolder(), 'model.gguf');
    writeTinyGguf(path, MODEL, tinyWeights(MODEL), { packing: 'F32' });
    const file = readGguf(path);
    const tensors = new Map([...file.tensors].map(([name, tensor]) => [name, { ...tensor, type: 16 }]));
    const refused = expect.objectContaining(unsupported(/has the block format IQ2_XXS of ggml/));
    expect(() => slimFromGguf({ ...file, tensors })).toThrow(refused);
  });

  it('is told apart from one that is cut off, or is none', async () => {
    const cut = slimOf({}, (path) => truncateSync(path, readFileSync(path).length - 64));
    await expect(cut).rejects.toMatchObject({ code: 'MODEL_LOAD' });
    const none = slimOf({}, (path) => writeFileSync(path, 'not a model at all, just a few words of text'));
    await expect(none).rejects.toMatchObject({ code: 'MODEL_LOAD' });
  });
});

describe('the folder made of a GGUF file', () => {
  const tokens = Array.from({ length: MODEL.vocabulary }, (_, id) => `t${id}`);

  function files(vocabulary: readonly string[]): { gguf: string; tokenizer: string } {
    const folder = temporaryFolder();
    const tokenizer = join(folder, 'original');
    mkdirSync(tokenizer);
    const vocab = Object.fromEntries(vocabulary.map((token, id) => [token, id]));
    writeFileSync(join(tokenizer, 'tokenizer.json'), JSON.stringify({ model: { vocab }, added_tokens: [] }));
    writeFileSync(join(tokenizer, 'config.json'), '{}');
    const gguf = join(folder, 'tiny.gguf');
    writeTinyGguf(gguf, MODEL, tinyWeights(MODEL), { packing: 'Q8_0', tokens });
    return { gguf, tokenizer };
  }

  it('has its config from the metadata, and the tokenizer from the folder that was named', async () => {
    const { gguf, tokenizer } = files(tokens);
    const output = `${gguf}-slim`;
    const made = await convertModel(gguf, { output, tokenizer });
    expect(made).toMatchObject({ format: 'q8', check: null });
    expect(JSON.parse(readFileSync(join(output, 'config.json'), 'utf8'))).toMatchObject({ hidden_size: 32 });
    expect(readFileSync(join(output, 'tokenizer.json'), 'utf8')).toContain('t95');
    expect(readFileSync(join(output, 'provenance.md'), 'utf8')).toMatch(
      /license: apache-2\.0[\s\S]*tiny\.gguf \(sha256 \w{64}\)/,
    );
  });

  it('is not made without tokens that are a tokenizer, or with another model’s', async () => {
    const { gguf, tokenizer } = files(tokens.with(7, 'seven'));
    await expect(convertModel(gguf)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      hint: expect.stringContaining('--tokenizer'),
    });
    await expect(convertModel(gguf, { tokenizer, output: `${gguf}-slim` })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('token 7 is "seven", and "t7" in the GGUF file'),
    });
  });
});
