import { randomUppercase } from '@assay/metrics';
import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { TextEdits } from './text-edits.ts';

/** FMEval's random capitals. */
export const randomUpperCase = definePerturbation({
  name: 'random_upper_case',
  summary: 'A share of the characters in capitals.',
  options: z.strictObject({ proportion: probability(0.1, 'Share of the characters put in capitals.') }),
  perturb: (text, random, options) => {
    const rest = randomUppercase(text, options.proportion, random);
    const edits = new TextEdits();
    let at = 0;
    for (const letter of text) {
      const isKept = rest.startsWith(letter, at);
      const now = isKept ? letter : letter.toUpperCase();
      edits.replace(letter, now);
      at += now.length;
    }
    return edits.result();
  },
});
