import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeFamilyGguf } from '../../../test/family-gguf.ts';
import { type Composition, greedyBits } from '../../../test/greedy-bits.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { CausalModel } from '../../layouts/causal-model.ts';
import { openCausalModel } from '../../layouts/open-causal-model.ts';
import type { ModelSpec } from '../../worker/messages.ts';
import type { Decoder } from '../decoder/decoder.ts';
import type { SlimGraph } from '../export/slim-from-export.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { slimFromGguf } from '../gguf/slim-from-gguf.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { slimFromSafetensors } from '../safetensors/slim-from-safetensors.ts';
import { nameShapes } from '../slim/name-shapes.ts';
import { integerGraph } from './integer-graph.ts';
import { measureDrift } from './measure-drift.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/families/', import.meta.url));
const NAMES = readdirSync(FIXTURES).filter((name) => existsSync(join(FIXTURES, name, 'reference.json')));

/** Some token ids, other ones for each seed. */
function someTokens(count: number, seed: number, vocabulary: number): number[] {
  return Array.from({ length: count }, (_, at) => (seed * 31 + at * (7 + (seed % 5)) + ((at * at) % 11)) % vocabulary);
}

/** A fixture in the slim layout and in whole numbers. */
async function prepare(made: SlimGraph & { readonly decoder: Decoder }): Promise<readonly [ModelSpec, ModelSpec]> {
  const folder = temporaryFolder();
  const { shape, vocabularySize, contextLength } = made.decoder;
  const [exact, fast] = [join(folder, 'slim.onnx'), join(folder, 'fast.onnx')];
  await writeOnnx(exact, made.graph, made.nodes);
  const texts = Array.from({ length: 12 }, (_, seed) => someTokens(24, seed, vocabularySize));
  const whole = await integerGraph({ path: exact, shape, texts, folder });
  await writeOnnx(fast, whole.graph, whole.nodes);
  await nameShapes(fast);
  const { layers, keyHeads, headSize } = shape;
  const cache = { layers, heads: keyHeads, headSize };
  return [exact, fast].map((graph) => ({ name: 'tiny', graph, cache, vocabularySize, contextLength })) as never;
}

async function open(spec: ModelSpec): Promise<CausalModel> {
  const model = await openCausalModel(spec);
  onTestFinished(() => model.close());
  return model;
}

const COUNT = 20;
const IN_ORDER = Array.from({ length: COUNT }, (_, at) => at);
const SHUFFLED = IN_ORDER.map((at) => (at * 7 + 3) % COUNT);
const COMPOSITIONS: readonly Composition[] = [
  { order: SHUFFLED, batch: 32, spare: 37 },
  { order: [...IN_ORDER].reverse(), batch: 5, cut: 3 },
  { order: IN_ORDER, batch: 1, spare: 90 },
];

async function expectSameBits(model: CausalModel, lengths: (at: number) => number): Promise<void> {
  const prompts = IN_ORDER.map((at) => someTokens(lengths(at), at + 100, model.vocabularySize));
  const expected = await greedyBits(model, prompts, 4, { order: IN_ORDER, batch: 16 });
  for (const composition of COMPOSITIONS) {
    expect(await greedyBits(model, prompts, 4, composition)).toEqual(expected);
  }
}

describe('a model in whole numbers', { timeout: 200_000 }, () => {
  for (const name of NAMES) {
    it(`answers with the same bits in any batch, order, width and cut of prompts, near the exact one: ${name}`, async () => {
      const [exact, fast] = await prepare(slimFromSafetensors(join(FIXTURES, name)));
      await expectSameBits(await open(fast), (at) => 1 + ((at * 7) % 29));
      const texts = Array.from({ length: 16 }, (_, at) => someTokens(20, at + 40, exact.vocabularySize));
      const drift = await measureDrift(exact, fast, { texts, prompts: [], eosIds: [] });
      expect(drift.meanNats).toBeGreaterThan(0);
      expect(drift.meanNats).toBeLessThan(0.1);
    });
  }

  it('is made of a GGUF file with weights in blocks too', async () => {
    const file = join(temporaryFolder(), 'model.gguf');
    writeFamilyGguf(file, join(FIXTURES, 'qwen2'));
    const [, fast] = await prepare(slimFromGguf(readGguf(file)));
    await expectSameBits(await open(fast), (at) => 1 + ((at * 5) % 17));
  });

  it('keeps keys and values in eight bits', async () => {
    const [exact, fast] = await prepare(slimFromSafetensors(join(FIXTURES, 'llama')));
    const [wide, narrow] = [(await open(exact)).createCache(), (await open(fast)).createCache()];
    expect(narrow.element).toBe('int8');
    expect(narrow.bytesPerToken * 4).toBe(wide.bytesPerToken);
  });
});
