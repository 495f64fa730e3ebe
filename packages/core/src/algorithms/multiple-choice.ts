import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ModelAnswer, type ScoreSpec } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { lmEvalChoiceScores, lmEvalLabels, scoreLmEvalChoices } from './lm-eval-choices.ts';
import { compatLmEval } from './options.ts';
import { rawContinuation } from './raw-continuation.ts';
import { answerAs, answerReadingOf, rightChoice } from './right-choice.ts';
import { binary } from './score-specs.ts';

const options = z.strictObject({
  separator: z.string().default(' ').describe('Stands between the prompt and a choice. Default one space.'),
  answer_as: answerAs,
  choices_are: z
    .enum(['answers', 'inputs'])
    .optional()
    .describe(
      'With compat lm-eval, `inputs`: model_input ends with the first choice, each stands there in turn, and the likeliest is the one that target_output follows best (Winogrande). Default `answers`.',
    ),
  compat: compatLmEval,
});

const brierSpec: ScoreSpec = {
  range: [0, 2],
  better: 'lower',
  kind: 'bounded',
  summary: 'Σ over the choices of (probability − right)²; guessing among k scores 1 − 1/k.',
};

/**
 * Which choice is likeliest after the prompt, by its log-probability: nothing is generated or parsed.
 * @see https://github.com/EleutherAI/lm-evaluation-harness (`acc`, `acc_norm`)
 */
export const multipleChoice = defineAlgorithm({
  name: 'multiple_choice',
  summary: 'Whether the right choice is the likeliest continuation of the prompt.',
  options,
  needs: (settings) => [
    ...(['model_input', 'choices', 'answer_index'] as const),
    ...(areInputs(settings) ? (['target_output'] as const) : []),
  ],
  needsOfOutputs: () => cannotAskAgain('multiple_choice'),
  prepare: async (settings, data) => {
    if (settings.answer_as !== undefined) return settings;
    // Imported tasks hold positions.
    return { ...settings, answer_as: settings.compat === 'lm-eval' ? 'index' : await answerReadingOf(data) };
  },
  scores: ({ compat }): Record<string, ScoreSpec> =>
    compat === 'lm-eval'
      ? { ...lmEvalChoiceScores, brier_score: brierSpec }
      : {
          accuracy: binary('The right choice has the highest log-probability.'),
          acc_norm: binary('The same per UTF-8 byte, so that long choices are not less likely for their length.'),
          brier_score: brierSpec,
        },
  aggregates: ({ compat }): Record<string, Aggregate> =>
    compat === 'lm-eval' ? { labels: lmEvalLabels as Aggregate } : {},
  modelAsks: ({ features: { choices = [], model_input: prompt = '', target_output: target = '' } }, settings) => {
    const { separator, compat } = settings;
    if (areInputs(settings)) {
      const before = prompt.slice(0, prompt.length - (choices[0] ?? '').length);
      return choices.map((choice, i) => rawContinuation(`choice/${i}`, before + choice, separator + target));
    }
    return choices.map((choice, i) =>
      compat === 'lm-eval'
        ? rawContinuation(`choice/${i}`, prompt, separator + choice)
        : { key: `choice/${i}`, kind: 'logProbability', modelInput: prompt, continuation: separator + choice },
    );
  },
  score: ({ sample, answers }, { answer_as: reading, compat }) => {
    const choices = sample.features.choices ?? [];
    const right = rightChoice(sample, reading);
    if (choices.length < 2) return { unscored: 'no_choices' };
    if (right === undefined && compat !== 'lm-eval') return { unscored: 'answer_index_invalid' };
    const likelihoods = choices.map((_, i) => answers.get(`choice/${i}`)).filter(isLogProbability);
    if (likelihoods.length < choices.length) return { unscored: 'no_log_probability' };
    const sums = likelihoods.map(({ logProbability }) => logProbability);
    if (compat === 'lm-eval') {
      const { scores, statistics } = scoreLmEvalChoices(choices, likelihoods, right);
      return {
        scores: { ...scores, brier_score: brier(sums, right) },
        ...(statistics === undefined ? {} : { statistics }),
      };
    }
    const perByte = likelihoods.map(({ logProbability, byteCount }) => logProbability / Math.max(1, byteCount));
    return {
      scores: {
        accuracy: Number(firstLargest(sums) === right),
        acc_norm: Number(firstLargest(perByte) === right),
        brier_score: brier(sums, right),
      },
    };
  },
  signature: (settings) => {
    const { separator, answer_as: reading, compat } = settings;
    const how = compat === 'lm-eval' ? 'compat:lm-eval' : 'norm:bytes';
    const read = `separator:${JSON.stringify(separator)}|answer:${reading ?? 'index'}`;
    return `multiple_choice|${read}|${how}${areInputs(settings) ? '|inputs' : ''}|v1`;
  },
});

function areInputs({ compat, choices_are: are }: z.output<typeof options>): boolean {
  return compat === 'lm-eval' && are === 'inputs';
}

function isLogProbability(answer: ModelAnswer | undefined): answer is Extract<ModelAnswer, { kind: 'logProbability' }> {
  return answer?.kind === 'logProbability';
}

function firstLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

function brier(logs: readonly number[], right: number | undefined): number {
  const largest = Math.max(...logs);
  const powers = logs.map((log) => Math.exp(log - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.reduce((total, power, i) => total + (power / sum - Number(i === right)) ** 2, 0);
}
