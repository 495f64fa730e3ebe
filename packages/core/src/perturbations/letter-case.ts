import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { TextEdits } from './text-edits.ts';

/** Another case for the whole text; `random` picks one for each letter. */
export const letterCase = definePerturbation({
  name: 'letter_case',
  summary: 'The text in small letters, capitals, swapped or random case.',
  options: z.strictObject({
    mode: z.enum(['lower', 'upper', 'swap', 'random']).default('lower').describe('Which case. Default lower.'),
  }),
  perturb: (text, random, { mode }) => {
    const edits = new TextEdits();
    for (const letter of text) {
      const lower = letter.toLowerCase();
      const upper = letter.toUpperCase();
      if (lower === upper) edits.keep(letter);
      else if (mode === 'lower') edits.replace(letter, lower);
      else if (mode === 'upper') edits.replace(letter, upper);
      else if (mode === 'swap') edits.replace(letter, letter === lower ? upper : lower);
      else edits.replace(letter, random.random() < 0.5 ? lower : upper);
    }
    return edits.result();
  },
});
