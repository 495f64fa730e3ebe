import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Runner } from '@assay/core';
import { expect, it, onTestFinished } from 'vitest';
import { EMBEDDED_MODEL } from '../../../test/embedded-model.ts';
import { writeModel } from '../../../test/small-model.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type MetadataValue, type TinyPacking, writeTinyGguf } from '../../../test/tiny-gguf.ts';
import { type TinyLlama, tinyWeights } from '../../../test/tiny-llama.ts';
import { writeTinyLlama } from '../../../test/tiny-llama-export.ts';
import { openLocalModel, prepareOrPull } from '../../open-local-model.ts';
import type { ModelSpec } from '../../worker/messages.ts';
import { checkConversion } from '../check-conversion.ts';

/** SmolLM2-135M-Instruct with twelve of its thirty layers: their numbers have two digits too, and each kind of packing is there. */
const WHOLE: TinyLlama = {
  ...{ layers: 12, heads: 9, keyHeads: 3, headSize: 64, hiddenSize: 576, feedForward: 1536, vocabulary: 49_152 },
  ...{ theta: 100_000, tied: true, bias: false, headNorms: false },
};

/** What llama.cpp makes of Q4_K_M there: 576 is no multiple of 256, so most falls back, and some layers get more bits. */
function q4km(name: string): TinyPacking {
  const layer = Number(/layers\.(\d+)\./.exec(name)?.[1] ?? 0);
  const few = Math.floor(WHOLE.layers / 8);
  const hasMore = layer < few || layer >= WHOLE.layers - few || (layer - few) % 3 === 2;
  if (name.includes('down_proj')) return hasMore ? 'Q6_K' : 'Q4_K';
  return name.includes('v_proj') && hasMore ? 'Q8_0' : 'Q5_0';
}

function json(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(EMBEDDED_MODEL, file), 'utf8')) as Record<string, unknown>;
}

/** The embedded model's own tokenizer and template, as llama.cpp's converter writes them. */
function tokenizerOf(): { readonly tokens: string[]; readonly extra: Record<string, MetadataValue> } {
  const { model, added_tokens: added } = json('tokenizer.json') as {
    readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly (readonly string[])[] };
    readonly added_tokens: readonly { readonly id: number }[];
  };
  const tokens = Object.entries(model.vocab).sort(([, a], [, b]) => a - b);
  const special = new Set(added.map(({ id }) => id));
  const own: Record<string, MetadataValue> = {
    ...{ model: 'gpt2', pre: 'smollm', bos_token_id: 1, eos_token_id: 2 },
    merges: model.merges.map((pair) => pair.join(' ')),
    token_type: tokens.map(([, id]) => (special.has(id) ? 3 : 1)),
  };
  const extra = Object.fromEntries(Object.entries(own).map(([key, value]) => [`tokenizer.ggml.${key}`, value]));
  const template = json('tokenizer_config.json').chat_template as string;
  return { tokens: tokens.map(([token]) => token), extra: { ...extra, 'tokenizer.chat_template': template } };
}

async function answersOf(runner: Runner): Promise<string[]> {
  const texts = ['The capital of France is', 'Hello, world! 1984', 'Zwölf größere Übungen 東京'];
  const messages = [{ role: 'user', content: 'Say hello.' }] as const;
  const prompts = [...texts.map((text, id) => ({ id: `${id}`, text })), { id: '3', text: '', messages }];
  const found: string[] = [];
  for await (const answer of runner.generate!(prompts, { maxNewTokens: 6, temperature: 0 })) {
    if (!answer.ok) throw new Error(answer.error.message);
    found[Number(answer.id)] = answer.text;
  }
  return found;
}

it('runs a Q4_K_M file of the embedded model’s shape by itself, as its dequantised fp32 twin', async () => {
  const env = { ASSAY_CACHE: temporaryFolder() };
  const folder = temporaryFolder();
  const [gguf, twin] = [join(folder, 'whole-Q4_K_M.gguf'), join(folder, 'twin', 'onnx', 'model.onnx')];
  const held = writeTinyGguf(gguf, WHOLE, tinyWeights(WHOLE), { packing: q4km, tables: 'Q8_0', ...tokenizerOf() });

  const runner = await openLocalModel(gguf, { causal: { workers: 1 }, env });
  onTestFinished(() => runner.close());
  const embedded = await openLocalModel(EMBEDDED_MODEL, { causal: { workers: 1 }, env });
  const prompt = { id: '0', text: '', messages: [{ role: 'user', content: '2 größere Häuser?' }] } as const;
  expect(runner.countTokens!(prompt)).toBe(embedded.countTokens!(prompt));
  await embedded.close();
  const answers = await answersOf(runner);
  expect(new Set(answers).size).toBeGreaterThan(1);

  writeModel(join(folder, 'twin'), twinFiles(), { sums: false });
  mkdirSync(dirname(twin), { recursive: true });
  await writeTinyLlama(twin, WHOLE, 'sdpa', 'fp32', held);
  const spec = (graph: string): ModelSpec => {
    const cache = { layers: WHOLE.layers, heads: WHOLE.keyHeads, headSize: WHOLE.headSize };
    return { name: graph, graph, cache, vocabularySize: WHOLE.vocabulary, contextLength: 64 };
  };
  const { folder: converted, graphs } = await prepareOrPull(gguf, { env });
  const check = await checkConversion(spec(twin), spec(join(converted, graphs[0]!)));
  expect(check.sameChoices).toBe(check.tokens);
  expect(check.largestDifference).toBeLessThan(1e-4);
  const plain = await openLocalModel(join(folder, 'twin'), { causal: { workers: 1 }, env });
  onTestFinished(() => plain.close());
  expect(await answersOf(plain)).toEqual(answers);
}, 900_000);

/** What the twin needs besides its graph: the embedded model's tokenizer, and a context of the same length. */
function twinFiles(): Record<string, string> {
  const files = ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json'];
  const config = JSON.stringify({ ...json('config.json'), max_position_embeddings: 64 });
  return {
    ...Object.fromEntries(files.map((file) => [file, readFileSync(join(EMBEDDED_MODEL, file), 'utf8')])),
    'config.json': config,
  };
}
