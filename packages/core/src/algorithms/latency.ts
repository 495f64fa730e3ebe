import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { atLeastZero } from './score-specs.ts';

/**
 * How long an answer took, as a score: to compare and gate by it like any other. Measured where the model ran, and so the
 * one score that another run of the same config does not repeat; batching locally and queueing at an endpoint are in it.
 */
export const latency = defineAlgorithm({
  name: 'latency',
  summary: 'Seconds to the whole answer, and tokens per second.',
  options: z.strictObject({}),
  needs: () => ['model_input'],
  needsOfOutputs: () => cannotAskAgain('latency'),
  scores: () => ({
    latency_s: atLeastZero('Seconds from sending the prompt to the last token.'),
    tokens_per_second: {
      range: [0, Number.POSITIVE_INFINITY],
      better: 'higher',
      kind: 'real',
      summary: 'New tokens per second of that time; where the runner counts tokens.',
    },
  }),
  score: ({ answers }) => {
    const answer = answers.get('original');
    if (answer?.kind !== 'generate' || !(answer.elapsedMs > 0)) return { unscored: 'no_latency' };
    const seconds = answer.elapsedMs / 1000;
    return {
      scores: {
        latency_s: seconds,
        ...(answer.newTokens === undefined ? {} : { tokens_per_second: answer.newTokens / seconds }),
      },
    };
  },
  signature: () => 'latency|v1',
});
