import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { answerTargets } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { targetOutputDelimiter } from './options.ts';

const options = z.strictObject({
  target_output_delimiter: targetOutputDelimiter,
  model: z
    .string()
    .min(1)
    .optional()
    .describe('Encoder: an embedded model, a folder or a Hugging Face id. Default all-MiniLM-L6-v2.'),
});

/** Cosine of the output's and the answer's embeddings: the same meaning in other words is near 1. */
export const embeddingSimilarity = defineAlgorithm({
  name: 'embedding_similarity',
  summary: 'How near the output is to a right answer in an encoder’s space.',
  options,
  needs: () => ['model_input', 'target_output'],
  scores: () => ({
    embedding_similarity: {
      range: [-1, 1],
      better: 'higher',
      kind: 'bounded',
      summary: 'Cosine of the embeddings; the nearest acceptable answer counts.',
    },
  }),
  helpers: ({ model }) => [{ kind: 'similarity', ...(model === undefined ? {} : { model }) }],
  helperAsks: ({ sample, answers }, { target_output_delimiter: delimiter, model }) => {
    const output = answerText({ answers });
    if (output.trim() === '') return [];
    return answerTargets(sample.features.target_output ?? '', delimiter).map((target, i) => ({
      key: `similarity/${i}`,
      kind: 'similarity',
      a: output,
      b: target,
      ...(model === undefined ? {} : { model }),
    }));
  },
  score: ({ sample, answers, helpers }, { target_output_delimiter: delimiter }) => {
    if (answerTargets(sample.features.target_output ?? '', delimiter).length === 0) return { unscored: 'empty_target' };
    if (answerText({ answers }).trim() === '') return { unscored: 'empty_output' };
    const values = [...helpers.values()].flatMap((answer) => (answer.kind === 'similarity' ? [answer.value] : []));
    // Rounding may leave [−1, 1] by a bit.
    return { scores: { embedding_similarity: Math.min(1, Math.max(-1, ...values)) } };
  },
  signature: ({ target_output_delimiter: delimiter }) => `embedding_similarity|delim:${delimiter}|multi:best|v1`,
});
