import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

/** The same mark in another form. */
const TYPOGRAPHIC: ReadonlyMap<string, string> = new Map([
  ["'", '’'],
  ['’', "'"],
  ['"', '”'],
  ['“', '"'],
  ['”', '"'],
  ['-', '–'],
  ['–', '-'],
  ['—', '-'],
  ['…', '...'],
]);

/** Marks lost at the end of words, doubled, or in another form; digits keep theirs ("3.5"). */
export const punctuationNoise = definePerturbation({
  name: 'punctuation_noise',
  summary: 'Punctuation lost, doubled or in another form.',
  options: z.strictObject({ probability: probability(0.5, 'Of each mark to change.') }),
  perturb: (text, random, options) =>
    replaceMatches(text, /['"“”’–—…-]|(?<!\d)[.,;:!?]|[.,;:!?](?!\d)/gu, (mark) => {
      if (random.random() >= options.probability) return undefined;
      return TYPOGRAPHIC.get(mark) ?? (random.random() < 0.5 ? '' : mark + mark);
    }),
});
