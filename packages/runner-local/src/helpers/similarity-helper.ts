import type { Failed, HelperAsk, HelperBackend, HelperResult } from '@assay/core';
import { cosineSimilarity } from '@assay/metrics';
import { createEncoder, type Encoder, type EncoderOptions } from '../encoders/encoder.ts';
import { answersById, DistinctTexts, failureOf } from './distinct-texts.ts';
import { VectorMemory } from './vector-memory.ts';

/** An encoder as a helper: the cosine of two texts' embeddings. */
export async function createSimilarityHelper(options: EncoderOptions): Promise<HelperBackend> {
  const encoder = await createEncoder(options);
  const memory = new VectorMemory();
  return {
    id: encoder.id,
    answer: async (asks) => {
      const vectors = await encoded(encoder, asks, memory);
      return asks.map((ask): HelperResult => {
        if (ask.kind !== 'similarity') return failureOf(undefined);
        const [a, b] = [vectors.get(ask.a), vectors.get(ask.b)];
        if (!(a instanceof Float32Array)) return failureOf(a);
        if (!(b instanceof Float32Array)) return failureOf(b);
        return { kind: 'similarity', value: cosineSimilarity(a, b) ?? 0 };
      });
    },
    close: () => encoder.close(),
  };
}

/** The vector of each text, or why it has none. */
async function encoded(
  encoder: Encoder,
  asks: readonly HelperAsk[],
  memory: VectorMemory,
): Promise<ReadonlyMap<string, Float32Array | Failed>> {
  const vectors = new Map<string, Float32Array | Failed>();
  const unknown = new DistinctTexts();
  for (const text of asks.flatMap((ask) => (ask.kind === 'similarity' ? [ask.a, ask.b] : []))) {
    const known = memory.get(text);
    if (known === undefined) unknown.idOf(text);
    else vectors.set(text, known);
  }
  const inputs = unknown.inputs();
  const answers = await answersById(encoder.embed(inputs, { whole: true }));
  for (const { id, text } of inputs) {
    const answer = answers.get(id);
    if (answer?.ok) memory.set(text, answer.vector);
    if (answer !== undefined) vectors.set(text, answer.ok ? answer.vector : answer);
  }
  return vectors;
}
