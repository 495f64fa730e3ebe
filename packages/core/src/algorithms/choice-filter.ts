import { z } from 'zod';
import { pythonStrip } from '../python/whitespace.ts';
import { compiled, pattern } from './compiled-patterns.ts';

/** Takes the letter of a choice out of an output, by lm-evaluation-harness's name. */
export const choiceFilter = z.strictObject({
  function: z.literal('multi_choice_regex'),
  regex_pattern: pattern.default('#### (\\-?[0-9\\.\\,]+)'),
  group_select: z.int().default(0),
  fallback: z.string().default('[invalid]'),
  ignore_case: z.boolean().default(false),
  ignore_punctuation: z.boolean().default(false),
  regexes_to_ignore: z.array(pattern).nullable().default(null),
});

export type ChoiceFilter = z.output<typeof choiceFilter>;

const CODE_OF_A = 65;

/**
 * What the pattern finds; else the letter, as "(A)", of a choice whose text stands in the output, the longest first; else
 * that of a letter behind a colon.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/filters/extraction.py
 */
export function chosenLetter(text: string, choices: readonly string[], filter: ChoiceFilter): string {
  const letters = choices.map((_, i) => String.fromCodePoint(CODE_OF_A + i));
  const texts = choices.map((choice) => withoutIgnored(pythonStrip(choice), filter));
  const longestFirst = [...texts].sort((a, b) => Array.from(escaped(b)).length - Array.from(escaped(a)).length);
  const found =
    selected(filter.regex_pattern, text, filter) ||
    letterOf(selected(longestFirst.map(escaped).join('|'), withoutIgnored(text, filter), filter), texts, letters) ||
    letterOf(selected(`:[\\s]*(${letters.join('|')})`, text, filter), letters, letters);
  return found || filter.fallback;
}

function selected(regex: string, text: string, { group_select: at }: ChoiceFilter): string {
  const match = compiled(regex).findAll(text).at(at) ?? [];
  return pythonStrip(match.find((group) => group !== '') ?? '');
}

/** The last of several choices that read alike counts. */
function letterOf(text: string, texts: readonly string[], letters: readonly string[]): string {
  const at = text === '' ? -1 : texts.lastIndexOf(text);
  return at < 0 ? text : `(${letters[at]})`;
}

function withoutIgnored(text: string, filter: ChoiceFilter): string {
  let kept = text;
  for (const ignored of filter.regexes_to_ignore ?? []) kept = compiled(ignored).remove(kept);
  if (filter.ignore_case) kept = kept.toLowerCase();
  return filter.ignore_punctuation ? kept.replaceAll(/\p{P}/gu, '') : kept;
}

/** As Python's `re.escape`. */
const escaped = (text: string): string => text.replaceAll(/[\s#$&()*+\-.?[\\\]^{|}~]/g, '\\$&');
