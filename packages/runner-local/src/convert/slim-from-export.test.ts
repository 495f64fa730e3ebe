import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import {
  type AttentionStyle,
  TINY_LLAMA,
  type TinyFormat,
  type TinyLlama,
  writeTinyLlama,
} from '../../test/tiny-llama.ts';
import type { ModelSpec } from '../worker/messages.ts';
import { checkConversion } from './check-conversion.ts';
import { slimFromExport } from './export/slim-from-export.ts';
import { writeOnnx } from './onnx/write-onnx.ts';

function spec(graph: string, model: TinyLlama): ModelSpec {
  const cache = { layers: model.layers, heads: model.keyHeads, headSize: model.headSize };
  return { name: 'tiny', graph, cache, vocabularySize: model.vocabulary, contextLength: 64, threads: 1, device: 'cpu' };
}

async function convertAndCheck(changes: Partial<TinyLlama>, style: AttentionStyle, format: TinyFormat) {
  const model = { ...TINY_LLAMA, ...changes };
  const folder = temporaryFolder();
  const [plain, slim] = [join(folder, 'model.onnx'), join(folder, 'slim.onnx')];
  await writeTinyLlama(plain, model, style, format);
  const converted = slimFromExport(plain, model);
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

  it('turns products that quantise activations into products with 8-bit weights', async () => {
    const check = await convertAndCheck({}, 'sdpa', 'q8');
    expect(check.format).toBe('q8');
    expect(check.meanDifference).toBeLessThan(0.1);
  });
});
