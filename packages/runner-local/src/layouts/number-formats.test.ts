import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectLogProbabilities, generateReferences, type Reference } from '../../test/references.ts';
import type { CausalModel } from './causal-model.ts';
import { openCausalModel } from './open-causal-model.ts';

vi.setConfig({ testTimeout: 120_000 });

const fileOf = (name: string): string => fileURLToPath(new URL(`../../fixtures/formats/${name}`, import.meta.url));

function open(format: string): Promise<CausalModel> {
  const cache = { layers: 4, heads: 2, headSize: 8 };
  return openCausalModel({
    ...{ name: format, graph: fileOf(`${format}.onnx`), cache, vocabularySize: 64, contextLength: 64 },
  });
}

/** The exports that `q8` means, which quantise activations too, are held against their original in slim-from-export.test.ts. */
describe('a decoder in few bits', () => {
  for (const [format, within] of [
    ['q2', 1e-4],
    ['q4', 1e-4],
    // It computes in half precision.
    ['q4f16', 0.05],
  ] as const) {
    it(`answers as transformers does with the weights that the numbers stand for: ${format}`, async () => {
      const reference = JSON.parse(readFileSync(fileOf(`${format}.json`), 'utf8')) as Reference;
      const { answers } = reference;
      const model = await open(format);
      onTestFinished(() => model.close());
      for (const [batch, first] of [
        [1, 0],
        [7, 6],
        [32, 2],
      ] as const) {
        const found = await generateReferences(model, reference, batch, first);
        expect(found).toEqual(found.map((_, at) => answers[(first + at) % answers.length]!.tokens));
      }
      await expectLogProbabilities(model, reference, within);
    });
  }

  it('with 1 bit is refused by name: the runtime’s CPU has no such product', async () => {
    await expect(open('q1')).rejects.toMatchObject({
      code: 'MODEL_LOAD',
      message: expect.stringMatching(/q1\.onnx[\s\S]*1.?bit|bits/i),
    });
  });
});
