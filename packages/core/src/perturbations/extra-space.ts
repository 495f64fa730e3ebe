import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

/** HELM's extra space: words stay whole, gaps grow. */
export const extraSpace = definePerturbation({
  name: 'extra_space',
  summary: 'More than one space between words.',
  options: z.strictObject({
    probability: probability(0.5, 'Of each space to grow.'),
    max_spaces: z.int().min(2).max(20).default(3).describe('Most spaces in a row. Default 3.'),
  }),
  perturb: (text, random, options) =>
    replaceMatches(text, / /g, () =>
      random.random() < options.probability ? ' '.repeat(2 + random.integers(options.max_spaces - 1)) : undefined,
    ),
});
