import type { HelperBackend, HelperResult } from '@assay/core';
import { createEncoder, type EncoderOptions } from '../encoders/encoder.ts';
import { answersById, DistinctTexts, failureOf } from './distinct-texts.ts';

/** An encoder as a helper: the cosine of two texts' embeddings. */
export async function createSimilarityHelper(options: EncoderOptions): Promise<HelperBackend> {
  const encoder = await createEncoder(options);
  return {
    id: encoder.id,
    answer: async (asks) => {
      const texts = new DistinctTexts();
      const pairs = asks.map((ask) =>
        ask.kind === 'similarity' ? ([texts.idOf(ask.a), texts.idOf(ask.b)] as const) : undefined,
      );
      const answers = await answersById(encoder.embed(texts.inputs(), { whole: true }));
      return pairs.map((pair): HelperResult => {
        const [a, b] = [answers.get(pair?.[0] ?? ''), answers.get(pair?.[1] ?? '')];
        if (!a?.ok) return failureOf(a);
        if (!b?.ok) return failureOf(b);
        return { kind: 'similarity', value: cosine(a.vector, b.vector) };
      });
    },
    close: () => encoder.close(),
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, squaresOfA, squaresOfB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    squaresOfA += a[i]! ** 2;
    squaresOfB += b[i]! ** 2;
  }
  const lengths = Math.sqrt(squaresOfA * squaresOfB);
  return lengths === 0 ? 0 : dot / lengths;
}
