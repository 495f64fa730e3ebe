import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exportedDecoder } from '../../test/exported-decoder.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { TINY_LLAMA, type TinyLlama } from '../../test/tiny-llama.ts';
import { type AttentionStyle, type TinyFormat, writeTinyLlama } from '../../test/tiny-llama-export.ts';
import type { ModelSpec } from '../worker/messages.ts';
import { checkConversion } from './check-conversion.ts';
import { slimFromExport } from './export/slim-from-export.ts';
import { writeOnnx } from './onnx/write-onnx.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
/** What make_tiny_decoders.py writes: GPT-2's layers. */
const TINY_GPT = { layers: 2, heads: 2, keyHeads: 2, headSize: 8, hiddenSize: 16, vocabulary: 48 };

function spec(
  graph: string,
  model: Omit<TinyLlama, 'feedForward' | 'theta' | 'tied' | 'bias' | 'headNorms'>,
): ModelSpec {
  const cache = { layers: model.layers, heads: model.keyHeads, headSize: model.headSize };
  return { name: 'tiny', graph, cache, vocabularySize: model.vocabulary, contextLength: 64 };
}

async function convertAndCheck(changes: Partial<TinyLlama>, style: AttentionStyle, format: TinyFormat) {
  const model = { ...TINY_LLAMA, ...changes };
  const folder = temporaryFolder();
  const [plain, slim] = [join(folder, 'model.onnx'), join(folder, 'slim.onnx')];
  await writeTinyLlama(plain, model, style, format);
  const converted = slimFromExport(plain, exportedDecoder(model));
  await writeOnnx(slim, converted.graph, converted.nodes);
  return { ...(await checkConversion(spec(plain, model), spec(slim, model))), format: converted.format };
}

describe('a random-weight llama brought to the slim layout', () => {
  const shapes: Record<string, Partial<TinyLlama>> = {
    'two queries a key head': {},
    'as many key heads as queries': { keyHeads: 4 },
    'one key head for all': { keyHeads: 1 },
    'a head size of its own': { headSize: 32 },
    'tied embeddings': { tied: true },
    'another rope theta': { theta: 500 },
    'biases (Qwen2)': { bias: true },
    'norms of queries and keys (Qwen3)': { headNorms: true },
  };
  for (const style of ['sdpa', 'eager', 'fused'] as const) {
    for (const [name, changes] of Object.entries(shapes)) {
      // A fused node turns queries itself, so nothing can stand between projection and rotation.
      if (style === 'fused' && changes.headNorms) continue;
      it(`answers as its ${style} export does: ${name}`, async () => {
        const check = await convertAndCheck(changes, style, 'fp32');
        expect(check).toMatchObject({ format: 'fp32', sameChoices: check.tokens });
        expect(check.largestDifference).toBeLessThan(1e-5);
      });
    }
  }

  it('keeps half-precision weights and computes in fp32', async () => {
    const check = await convertAndCheck({}, 'sdpa', 'fp16');
    expect(check.format).toBe('fp16');
    expect(check.largestDifference).toBeLessThan(0.05);
  });

  // Held against the weights in full: without units for whole numbers the runtime adds up the export's own products wrongly.
  it('turns products that quantise activations into products with 8-bit weights', async () => {
    const folder = temporaryFolder();
    const [full, quantized, slim] = [join(folder, 'full.onnx'), join(folder, 'q8.onnx'), join(folder, 'slim.onnx')];
    await writeTinyLlama(full, TINY_LLAMA, 'sdpa', 'fp32');
    await writeTinyLlama(quantized, TINY_LLAMA, 'sdpa', 'q8');
    const converted = slimFromExport(quantized, exportedDecoder(TINY_LLAMA));
    await writeOnnx(slim, converted.graph, converted.nodes);
    expect(converted.format).toBe('q8');
    const check = await checkConversion(spec(full, TINY_LLAMA), spec(slim, TINY_LLAMA));
    const exported = await checkConversion(spec(full, TINY_LLAMA), spec(quantized, TINY_LLAMA));
    expect(check.meanDifference).toBeLessThan(0.03);
    expect(check.meanDifference).toBeLessThan(exported.meanDifference);
  });
});

describe('exports that were not written by these tests', () => {
  async function convertFixture(path: string, shape: typeof TINY_GPT) {
    const plain = fileURLToPath(new URL(path, FIXTURES));
    const slim = join(temporaryFolder(), 'slim.onnx');
    const { graph, nodes, format } = slimFromExport(plain, exportedDecoder(shape));
    await writeOnnx(slim, graph, nodes);
    return { ...(await checkConversion(spec(plain, shape), spec(slim, shape))), format };
  }

  // What make_optimum_llamas.py writes.
  const optimum = { layers: 2, heads: 4, keyHeads: 2, headSize: 8, hiddenSize: 32, vocabulary: 48 };
  for (const name of ['sdpa', 'eager']) {
    it(`answer as Optimum's ${name} export does`, async () => {
      const check = await convertFixture(`optimum/${name}.onnx`, optimum);
      expect(check).toMatchObject({ format: 'fp32', sameChoices: check.tokens });
      expect(check.largestDifference).toBeLessThan(1e-4);
    });
  }

  it('are nearer to the original in 8 bits than the export that rounds activations too', async () => {
    const plain = (name: string) => spec(fileURLToPath(new URL(`optimum/${name}.onnx`, FIXTURES)), optimum);
    const slim = join(temporaryFolder(), 'slim.onnx');
    const { graph, nodes, format } = slimFromExport(plain('quantized').graph, exportedDecoder(optimum));
    await writeOnnx(slim, graph, nodes);
    expect(format).toBe('q8');
    const converted = await checkConversion(plain('sdpa'), spec(slim, optimum));
    const exported = await checkConversion(plain('sdpa'), plain('quantized'));
    expect(converted.meanDifference).toBeLessThan(exported.meanDifference);
  });

  it('may have weights within the file', async () => {
    const check = await convertFixture('tiny/positions.onnx', TINY_GPT);
    expect(check.sameChoices).toBe(check.tokens);
    expect(check.largestDifference).toBeLessThan(1e-4);
  });

  it('may be in half precision with data beside them', async () => {
    expect((await convertFixture('tiny/half.onnx', TINY_GPT)).largestDifference).toBeLessThan(0.05);
  });

  it('are refused where positions come from the length of the past', () => {
    const plain = fileURLToPath(new URL('tiny/columns.onnx', FIXTURES));
    const reason = /the operator Shape .* reads attention_mask outside the attention/;
    expect(() => slimFromExport(plain, exportedDecoder(TINY_GPT))).toThrow(reason);
  });

  it('are seen to answer by their neighbours when compared', async () => {
    expect((await convertFixture('tiny/dynamic.onnx', TINY_GPT)).meanDifference).toBeGreaterThan(0.01);
  });
});
