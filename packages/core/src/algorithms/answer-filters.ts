import { z } from 'zod';
import { pythonStrip } from '../python/whitespace.ts';
import { choiceFilter, chosenLetter } from './choice-filter.ts';
import { compiled, pattern } from './compiled-patterns.ts';

/** Steps from an output to the answer in it, by lm-evaluation-harness's names. */
export const answerFilter = z.discriminatedUnion('function', [
  z.strictObject({
    function: z.literal('regex'),
    regex_pattern: pattern.default('#### (\\-?[0-9\\.\\,]+)'),
    group_select: z.int().default(0),
    fallback: z.string().default('[invalid]'),
  }),
  choiceFilter,
  z.strictObject({ function: z.literal('remove_whitespace') }),
  z.strictObject({ function: z.literal('lowercase') }),
  z.strictObject({ function: z.literal('uppercase') }),
  z.strictObject({
    function: z.literal('map'),
    mapping_dict: z.record(z.string(), z.string()),
    default_value: z.string(),
  }),
]);

export type AnswerFilter = z.output<typeof answerFilter>;

/** Applies the steps in their order. @param choices of the sample @throws TooManySteps where a pattern asks for too many */
export function filterAnswer(
  output: string,
  filters: readonly AnswerFilter[],
  choices: readonly string[] = [],
): string {
  let answer = output;
  for (const filter of filters) answer = filterOnce(answer, filter, choices);
  return answer;
}

function filterOnce(text: string, filter: AnswerFilter, choices: readonly string[]): string {
  switch (filter.function) {
    case 'regex':
      return extract(text, filter);
    case 'multi_choice_regex':
      return chosenLetter(text, choices, filter);
    case 'remove_whitespace':
      return pythonStrip(text);
    case 'lowercase':
      return text.toLowerCase();
    case 'uppercase':
      return text.toUpperCase();
    case 'map':
      return filter.mapping_dict[text] ?? filter.default_value;
  }
}

/** The chosen match (a negative number counts from the last), of several groups the first that is not empty. */
function extract(text: string, filter: Extract<AnswerFilter, { function: 'regex' }>): string {
  const found = compiled(filter.regex_pattern).findAll(text);
  if (found.length === 0) return filter.fallback;
  const match = found.at(filter.group_select);
  if (match === undefined) return filter.fallback;
  const chosen = match.length === 1 ? match[0] : (match.find((group) => group !== '') ?? filter.fallback);
  return pythonStrip(chosen ?? '');
}
