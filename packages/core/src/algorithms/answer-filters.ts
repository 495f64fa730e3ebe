import { z } from 'zod';
import { type PythonPattern, pythonPattern } from '../python/pattern.ts';
import { pythonStrip } from '../python/whitespace.ts';

/** A pattern that RE2 can run. */
export const pattern = z.string().superRefine((text, context) => {
  try {
    pythonPattern(text);
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: (thrown as Error).message });
  }
});

/** Steps from an output to the answer in it, by lm-evaluation-harness's names. */
export const answerFilter = z.discriminatedUnion('function', [
  z.strictObject({
    function: z.literal('regex'),
    regex_pattern: pattern.default('#### (\\-?[0-9\\.\\,]+)'),
    group_select: z.int().default(0),
    fallback: z.string().default('[invalid]'),
  }),
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

/** Applies the steps in their order. */
export function filterAnswer(output: string, filters: readonly AnswerFilter[]): string {
  let answer = output;
  for (const filter of filters) answer = filterOnce(answer, filter);
  return answer;
}

function filterOnce(text: string, filter: AnswerFilter): string {
  switch (filter.function) {
    case 'regex':
      return extract(text, filter);
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

const patterns = new Map<string, PythonPattern>();

/** Compiled once: options hold the same few patterns for every sample. */
export function compiled(text: string): PythonPattern {
  let found = patterns.get(text);
  if (found === undefined) {
    found = pythonPattern(text);
    patterns.set(text, found);
  }
  return found;
}
