import { z } from 'zod';
import { TooManySteps } from '../python/compiled-pattern.ts';
import { defineAlgorithm } from './algorithm.ts';
import { answerFilter, filterAnswer } from './answer-filters.ts';
import { answerText } from './answer-text.ts';
import { compiled, pattern } from './compiled-patterns.ts';
import { targetOutputDelimiter } from './options.ts';
import { binary } from './score-specs.ts';

const options = z.strictObject({
  target_output_delimiter: targetOutputDelimiter,
  filters: z
    .array(answerFilter)
    .default([])
    .describe(
      'Steps that take the answer out of the output: regex, multi_choice_regex, remove_whitespace, lowercase, uppercase, map.',
    ),
  ignore_case: z.boolean().default(false).describe('Compare in small letters. Default false.'),
  ignore_punctuation: z.boolean().default(false).describe('Drop ASCII punctuation from both sides. Default false.'),
  ignore_numbers: z.boolean().default(false).describe('Drop the digits 0 to 9 from both sides. Default false.'),
  regexes_to_ignore: z
    .array(pattern)
    .default([])
    .describe('Drop what these regular expressions find from both sides, first of all.'),
});

type Options = z.output<typeof options>;

/**
 * Whether the answer taken out of the output is an acceptable answer, letter by letter. Nothing is trimmed unless a filter
 * says so. The definition is lm-evaluation-harness's `exact_match` with its filters.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/api/metrics.py
 */
export const exactMatch = defineAlgorithm<Options>({
  name: 'exact_match',
  summary: 'Whether the answer extracted from the output is exactly an acceptable one.',
  options,
  needs: ({ filters }) => {
    const areChoicesRead = filters.some((filter) => filter.function === 'multi_choice_regex');
    return ['model_input', 'target_output', ...(areChoicesRead ? (['choices'] as const) : [])];
  },
  scores: () => ({ exact_match: binary('The extracted answer equals an acceptable answer.') }),
  score: (input, settings) => {
    const { target_output: target } = input.sample.features;
    if (target === undefined) return { unscored: 'empty_target' };
    const delimiter = settings.target_output_delimiter;
    const targets = delimiter === null ? [target] : target.split(delimiter);
    try {
      const filtered = filterAnswer(answerText(input), settings.filters, input.sample.features.choices);
      const answer = comparable(filtered, settings);
      return { scores: { exact_match: Number(targets.some((each) => comparable(each, settings) === answer)) } };
    } catch (thrown) {
      if (thrown instanceof TooManySteps) return { unscored: 'pattern_too_slow' };
      throw thrown;
    }
  },
  signature: (settings) => `exact_match|${JSON.stringify(settings)}|v1`,
});

const PUNCTUATION = /[!-/:-@[-`{-~]/g;

function comparable(text: string, settings: Options): string {
  let kept = text;
  for (const ignored of settings.regexes_to_ignore) kept = compiled(ignored).remove(kept);
  if (settings.ignore_case) kept = kept.toLowerCase();
  if (settings.ignore_punctuation) kept = kept.replaceAll(PUNCTUATION, '');
  return settings.ignore_numbers ? kept.replaceAll(/[0-9]/g, '') : kept;
}
