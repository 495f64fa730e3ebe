import { z } from 'zod';
import { matchCase } from './match-case.ts';
import { MISSPELLINGS } from './misspelling-pairs.ts';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

/** HELM's misspellings: English words as people often misspell them. */
export const misspellings = definePerturbation({
  name: 'misspellings',
  summary: 'Words as people often misspell them.',
  options: z.strictObject({ probability: probability(0.5, 'Of each word that has a common misspelling.') }),
  perturb: (text, random, options) =>
    replaceMatches(text, /(?<![\p{L}\p{N}])[A-Za-z]+(?![\p{L}\p{N}])/gu, (word) => {
      const wrong = MISSPELLINGS.get(word.toLowerCase());
      if (wrong === undefined || random.random() >= options.probability) return undefined;
      return matchCase(wrong, word);
    }),
});
