import {
  AssayError,
  type Embedder,
  type HelperAsk,
  type HelperBackend,
  type HelperResult,
  openOpenaiEmbedder,
  resolveJudge,
  toAssayError,
  type ValidConfig,
} from '@assay/core';
import type { OpenContext } from './open-context.ts';

type SimilarityAsk = Extract<HelperAsk, { kind: 'similarity' }>;

/** An encoder that a block of its own names, on a server of OpenAI's API. @throws AssayError CONFIG_INVALID */
export async function openEmbedder(config: ValidConfig, block: string, context: OpenContext): Promise<HelperBackend> {
  const embedder = await embedderOf(config, block, context);
  return {
    id: embedder.id,
    answer: async (given) => {
      const asks = given.filter((ask): ask is SimilarityAsk => ask.kind === 'similarity');
      const texts = [...new Set(asks.flatMap(({ a, b }) => [a, b]))];
      try {
        const vectors = await embedder.embed(texts, context.place.signal);
        const byText = new Map(texts.map((text, i) => [text, vectors[i]!]));
        return asks.map(
          ({ a, b }): HelperResult => ({ kind: 'similarity', value: cosine(byText.get(a)!, byText.get(b)!) }),
        );
      } catch (thrown) {
        context.place.signal?.throwIfAborted();
        const { code, message } = toAssayError(thrown, 'RUNNER_FAILED');
        return asks.map(() => ({ failed: { code, message } }));
      }
    },
    close: async () => {},
  };
}

async function embedderOf(config: ValidConfig, block: string, context: OpenContext): Promise<Embedder> {
  const model = resolveJudge(config, block);
  if (model.runner === 'openai') return openOpenaiEmbedder(model, { fetch: context.fetch });
  throw new AssayError('CONFIG_INVALID', `an encoder with runner: ${model.runner} is not known`, {
    hint: 'name a local encoder, or give it an openai block',
  });
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
