import type {
  Completion,
  GenerateOptions,
  LogProbability,
  LogProbabilityRequest,
  Prompt,
  Runner,
  Stream,
} from '../runner/runner.ts';
import { runnerMethod } from '../runner/runner-method.ts';
import { type ComparedTexts, type Similarities, textSimilarities } from '../runner/text-similarities.ts';
import type { PlannedAsk } from './sample-work.ts';

/** A planned question as the runner port takes it. */
export type RunnerRequest = Prompt | LogProbabilityRequest | ComparedTexts;

export type RunnerAnswer = Completion | LogProbability | Similarities;

/** @param seed draws the answer, where it is sampled */
export function runnerRequest(id: string, ask: PlannedAsk, seed: number): RunnerRequest {
  const { prompt, continuation, others = [], windows, context, constraint } = ask;
  const { text, messages, fields } = prompt;
  switch (ask.kind) {
    case 'generate':
      return {
        ...{ id, text, seed },
        ...(messages === undefined ? {} : { messages }),
        ...(fields === undefined ? {} : { fields }),
        ...(constraint === undefined ? {} : { constraint }),
      };
    case 'logProbability':
      return {
        ...{ id, prompt: text, continuation },
        ...(windows === undefined ? {} : { windows }),
        ...(context === undefined ? {} : { context }),
      };
    case 'similarity':
      return { id, text, others };
  }
}

/**
 * Puts questions of one kind to a runner.
 * @param generate the model's settings, as far as they bear on that kind
 * @throws AssayError RUNNER_CAPABILITY where the runner cannot be asked that
 */
export function askRunner(
  runner: Runner,
  kind: PlannedAsk['kind'],
  requests: Stream<RunnerRequest>,
  generate: GenerateOptions & { readonly signal: AbortSignal },
): AsyncIterable<RunnerAnswer> {
  const { signal, overflow, logProbabilities } = generate;
  switch (kind) {
    case 'generate':
      return runnerMethod(runner, 'generate')(requests as Stream<Prompt>, generate);
    case 'logProbability':
      return runnerMethod(runner, 'logProbabilities')(requests as Stream<LogProbabilityRequest>, {
        signal,
        ...(overflow === undefined ? {} : { overflow }),
        ...(logProbabilities === true ? { tokens: true } : {}),
      });
    case 'similarity':
      return textSimilarities(runner, requests as Stream<ComparedTexts>, { signal });
  }
}
