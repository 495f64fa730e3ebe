import type { GenerateOptions, LogProbabilityOptions, LogProbabilityRequest } from '../runner/runner.ts';
import type { PlannedAsk } from './sample-work.ts';

/** A planned question as the runner port takes it. */
export function logProbabilityRequest(
  id: string,
  { prompt, continuation, windows, context }: PlannedAsk,
): LogProbabilityRequest {
  return {
    id,
    prompt: prompt.text,
    continuation,
    ...(windows === undefined ? {} : { windows }),
    ...(context === undefined ? {} : { context }),
  };
}

/** A model's settings, as far as they mean log-probabilities too. */
export function logProbabilityOptions({ overflow }: GenerateOptions, signal: AbortSignal): LogProbabilityOptions {
  return { signal, ...(overflow === undefined ? {} : { overflow }) };
}
