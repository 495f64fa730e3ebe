import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heldMemory } from '../../test/held-memory.ts';
import { scoreAll } from '../../test/score-all.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyFile, tinyJob, tinySpec } from '../../test/tiny-models.ts';
import { writeOnnx } from '../convert/onnx/write-onnx.ts';
import { slimFromSafetensors } from '../convert/safetensors/slim-from-safetensors.ts';
import { GenerationEngine } from '../generation/generation-engine.ts';
import type { ModelSpec, ScoreJob } from '../worker/messages.ts';
import { openCausalModel } from './open-causal-model.ts';

const PROMPTS = 1000;
const LIMITS = { slots: 32, prefillTokens: 256, cacheBytes: 2 ** 24 };
/** Bytes that 500 prompts may leave: 6 KiB for each, less than what one of them has in the cache. */
const MOST_HELD = 3 * 2 ** 20;
/** The same of the process, whose allocators keep some room. */
const MOST_GROWTH = 64 * 2 ** 20;

function hybrid(name: string, graph = 'model.onnx', embedding?: string): ModelSpec {
  const file = (path: string) => fileURLToPath(new URL(`../../fixtures/hybrids/${name}/${path}`, import.meta.url));
  const cache = { layers: 4, heads: 2, headSize: 8 };
  const parts = { graph: file(graph), embedding: embedding === undefined ? undefined : file(embedding) };
  return { name, ...parts, cache, vocabularySize: 64, contextLength: 64 };
}

/** A converted model. */
async function slim(): Promise<ModelSpec> {
  const { graph, nodes } = slimFromSafetensors(
    fileURLToPath(new URL('../../fixtures/families/llama', import.meta.url)),
  );
  const file = join(temporaryFolder(), 'slim.onnx');
  await writeOnnx(file, graph, nodes);
  return { ...hybrid('slim'), graph: file };
}

const SEQ2SEQ = { encoder: tinyFile('t5/onnx/encoder_model.onnx') };
const LAYOUTS: Readonly<Record<string, readonly [ModelSpec | (() => Promise<ModelSpec>), isSeq2Seq?: true]>> = {
  'of converted models': [slim],
  plain: [tinySpec('positions.onnx')],
  'plain, fp16': [tinySpec('half.onnx')],
  merged: [tinySpec('merged.onnx')],
  'in two files': [
    tinySpec('split/decoder_with_past_model.onnx', { firstGraph: tinyFile('split/decoder_model.onnx') }),
  ],
  GroupQueryAttention: [tinySpec('gqa.onnx')],
  hybrid: [hybrid('lfm2')],
  'of embeddings': [hybrid('qwen3.5', 'decoder_model_merged.onnx', 'embed_tokens.onnx')],
  'encoder-decoder': [tinySpec('t5/onnx/decoder_model_merged.onnx', SEQ2SEQ), true],
};

describe('a thousand prompts leave nothing behind', () => {
  for (const [name, [spec, isSeq2Seq]] of Object.entries(LAYOUTS)) {
    it(`in the layout ${name}`, async () => {
      const model = await openCausalModel(typeof spec === 'function' ? await spec() : spec);
      onTestFinished(() => model.close());
      const engine = new GenerationEngine(model, LIMITS);
      let [answered, rss, bytes] = [0, 0, 0];
      for (let round = 0; round < 10; round++) {
        for (let at = 0; at < PROMPTS / 10; at++) {
          const tokens = Array.from({ length: 1 + (at % 9) }, (_, i) => 3 + ((at * 7 + i * 5 + round) % 40));
          engine.add(tinyJob(at, isSeq2Seq ? { tokens: [0], source: tokens } : { tokens }, { maxNewTokens: 5 }));
        }
        while (engine.busy) answered += (await engine.pass()).results.length;
        expect(engine.heldBytes).toBeLessThan(10_000);
        const jobs = Array.from({ length: 20 }, (_, id): ScoreJob => {
          const tokens = Int32Array.from({ length: 6 }, (_, i) => 3 + ((id + i * round) % 40));
          return { kind: 'score', id, tokens, from: 1, ...(isSeq2Seq ? { source: tokens } : {}) };
        });
        await scoreAll(model, jobs, LIMITS);
        // The first half warms the runtime's own pools up.
        if (round === 4) [rss, bytes] = [process.memoryUsage().rss, await heldMemory()];
      }
      expect(answered).toBe(PROMPTS);
      expect((await heldMemory()) - bytes).toBeLessThan(MOST_HELD);
      expect(process.memoryUsage().rss - rss).toBeLessThan(MOST_GROWTH);
    }, 300_000);
  }
});
