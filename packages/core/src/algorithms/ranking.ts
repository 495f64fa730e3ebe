import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { answerAs, answerReadingOf, rightChoice } from './right-choice.ts';
import { binary, ratio } from './score-specs.ts';

const options = z.strictObject({ answer_as: answerAs });

/**
 * Whether a model finds the right text among others: by an encoder's cosines, or by the scores of a reranker. A text that is
 * as near as the right one stands before it.
 * @see https://en.wikipedia.org/wiki/Mean_reciprocal_rank
 */
export const ranking = defineAlgorithm({
  name: 'ranking',
  summary: 'Whether an encoder or a reranker puts the right text first.',
  options,
  needs: () => ['model_input', 'choices', 'answer_index'],
  needsOfOutputs: () => cannotAskAgain('ranking'),
  prepare: async (settings, data) => ({ answer_as: settings.answer_as ?? (await answerReadingOf(data)) }),
  scores: () => ({
    hit_at_1: binary('The right text is nearer to the input than any other.'),
    reciprocal_rank: ratio('1 / the place of the right text; 0.5 where one other stands before it.'),
  }),
  modelAsks: ({ features: { choices = [], model_input: modelInput = '' } }) =>
    choices.length === 0 ? [] : [{ key: 'choices', kind: 'similarity', modelInput, others: choices }],
  score: ({ sample, answers }, { answer_as: reading }) => {
    const right = rightChoice(sample, reading);
    if ((sample.features.choices ?? []).length < 2) return { unscored: 'no_choices' };
    if (right === undefined) return { unscored: 'answer_index_invalid' };
    const answer = answers.get('choices');
    const own = answer?.kind === 'similarity' ? answer.values[right] : undefined;
    if (answer?.kind !== 'similarity' || own === undefined) return { unscored: 'no_similarity' };
    const before = answer.values.filter((value, at) => at !== right && value >= own).length;
    return { scores: { hit_at_1: Number(before === 0), reciprocal_rank: 1 / (before + 1) } };
  },
  signature: ({ answer_as: reading }) => `ranking|answer:${reading ?? 'index'}|ties:before|v1`,
});
