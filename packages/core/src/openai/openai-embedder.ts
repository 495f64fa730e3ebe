import { z } from 'zod';
import { RetryBudget } from '../calls/retry.ts';
import { AssayError } from '../errors/assay-error.ts';
import { systemClock } from '../storage/clock.ts';
import { chatProtocol } from './chat-protocol.ts';
import { type OpenServerOptions, openServer } from './open-server.ts';
import type { OpenaiModel } from './openai-model.ts';

/** Texts of one request. */
const BATCH = 64;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()).min(1) })),
});

/** A model that makes vectors of texts. */
export interface Embedder {
  readonly id: string;
  /** Vectors in the order of the texts. @throws AssayError */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
}

/**
 * Embeddings by a server with OpenAI's API. @throws AssayError CONFIG_INVALID where the variable with the key is not set
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export function createOpenaiEmbedder(model: OpenaiModel, options: OpenServerOptions = {}): Embedder {
  const server = openServer(model, chatProtocol(model), options);
  const retries = new RetryBudget({ clock: systemClock });
  const ask = async (
    input: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly number[])[]> => {
    const body = { model: model.openai.model, input };
    const outcome = await retries.run('embeddings', (_, stop) => server.json('POST', 'embeddings', body, stop), signal);
    if (!outcome.ok) throw outcome.error;
    const { data } = answerSchema.safeParse(outcome.value);
    const vectors = input.map((_, i) => data?.data.find(({ index }) => index === i)?.embedding);
    if (vectors.some((vector) => vector === undefined || vector.length !== vectors[0]!.length))
      throw new AssayError('RUNNER_NO_ANSWER', `${server.url}/embeddings gives no vector for each text`);
    return vectors as readonly (readonly number[])[];
  };
  return {
    id: `openai:${server.url}:${model.openai.model}:embeddings`,
    embed: async (texts, signal) => {
      const vectors: (readonly number[])[] = [];
      for (let at = 0; at < texts.length; at += BATCH)
        vectors.push(...(await ask(texts.slice(at, at + BATCH), signal)));
      return vectors;
    },
  };
}
