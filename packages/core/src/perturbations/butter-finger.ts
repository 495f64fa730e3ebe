import { butterFinger as typo } from '@assay/metrics';
import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { TextEdits } from './text-edits.ts';

/** FMEval's keyboard typos. Its table has keys that are no neighbours: `keyboard_typos` is closer to real fingers. */
export const butterFinger = definePerturbation({
  name: 'butter_finger',
  summary: 'Letters replaced by others of FMEval’s keyboard table.',
  options: z.strictObject({ probability: probability(0.1, 'Of each letter to be typed again.') }),
  perturb: (text, random, options) => {
    const edits = new TextEdits();
    // Letter by letter is the same stream as the whole text at once.
    for (const letter of text) edits.replace(letter, typo(letter, options.probability, random));
    return edits.result();
  },
});
