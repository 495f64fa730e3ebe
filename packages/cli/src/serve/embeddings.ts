import type { Exchange } from './exchange.ts';
import { parseRequest } from './parse-request.ts';
import { embeddingRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';

/** POST /v1/embeddings */
export async function embeddings(
  model: ServedModel,
  body: Readonly<Record<string, unknown>>,
  { reply, signal }: Exchange,
): Promise<void> {
  const { input, encoding_format: format } = parseRequest(embeddingRequest, body);
  const texts = typeof input === 'string' ? [input] : input;
  const vectors = await model.embed(texts, signal);
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: format === 'base64' ? base64Of(vector) : [...vector],
  }));
  const tokens = model.countTokens(texts.map((text, at) => ({ id: `${at}`, text })));
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  reply.json(200, { object: 'list', data, model: model.name, usage });
}

/** Little-endian float32, as OpenAI's clients unpack it. */
function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString('base64');
}
