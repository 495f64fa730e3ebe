import { randomInt } from 'node:crypto';
import type { GenerateOptions } from 'assay/internal';
import type { ChatRequest } from './request-schemas.ts';
import { constraintOf, type WithFormat } from './response-format.ts';

type Sampling = Partial<
  Pick<
    ChatRequest,
    | 'temperature'
    | 'top_p'
    | 'top_k'
    | 'min_p'
    | 'presence_penalty'
    | 'frequency_penalty'
    | 'repetition_penalty'
    | 'stop'
  >
>;

/** A request's parameters in the runner's terms; greedy unless the request names a temperature. */
export function generateOptionsOf(request: Sampling & WithFormat, maxNewTokens: number): GenerateOptions {
  const constraint = constraintOf(request);
  return {
    maxNewTokens,
    temperature: request.temperature ?? 0,
    topP: request.top_p ?? 1,
    topK: request.top_k ?? 0,
    minP: request.min_p ?? 0,
    presencePenalty: request.presence_penalty ?? 0,
    frequencyPenalty: request.frequency_penalty ?? 0,
    repetitionPenalty: request.repetition_penalty ?? 1,
    stop: request.stop ?? [],
    ...(constraint === undefined ? {} : { constraint }),
  };
}

/** Asks for log-probabilities with so many alternatives; null or undefined for none. */
export function listing(
  top: number | null | undefined,
): Pick<GenerateOptions, 'logProbabilities' | 'topLogProbabilities'> {
  return top === null || top === undefined ? {} : { logProbabilities: true, topLogProbabilities: Math.max(1, top) };
}

/** The request's seed, or one by chance where it samples: each choice counts on from it. */
export function seedOf(seed: number | null | undefined): number {
  return seed ?? randomInt(2 ** 31);
}
