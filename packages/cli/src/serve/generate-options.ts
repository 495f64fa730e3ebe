import { randomInt } from 'node:crypto';
import type { GenerateOptions } from 'assay/internal';
import type { ChatRequest } from './request-schemas.ts';

type Sampling = Pick<
  ChatRequest,
  'temperature' | 'top_p' | 'top_k' | 'min_p' | 'presence_penalty' | 'repetition_penalty' | 'stop'
>;

/** A request's parameters in the runner's terms; greedy unless the request names a temperature. */
export function generateOptionsOf(request: Sampling, maxNewTokens: number): GenerateOptions {
  return {
    maxNewTokens,
    temperature: request.temperature ?? 0,
    topP: request.top_p ?? 1,
    topK: request.top_k ?? 0,
    minP: request.min_p ?? 0,
    presencePenalty: request.presence_penalty ?? 0,
    repetitionPenalty: request.repetition_penalty ?? 1,
    stop: request.stop,
  };
}

/** The request's seed, or one by chance where it samples: each choice counts on from it. */
export function seedOf(seed: number | null | undefined): number {
  return seed ?? randomInt(2 ** 31);
}
