import { whitespaceAddRemove as spaces } from '@assay/metrics';
import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { TextEdits } from './text-edits.ts';

/** FMEval's white-space noise. */
export const whitespaceAddRemove = definePerturbation({
  name: 'whitespace_add_remove',
  summary: 'White space added after characters and taken away.',
  options: z.strictObject({
    add_probability: probability(0.05, 'Of a space after each other character.'),
    remove_probability: probability(0.1, 'Of each white-space character to go.'),
  }),
  perturb: (text, random, options) => {
    const chances = { add: options.add_probability, remove: options.remove_probability };
    const edits = new TextEdits();
    for (const letter of text) edits.replace(letter, spaces(letter, chances, random));
    return edits.result();
  },
});
