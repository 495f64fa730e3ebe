import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

const FILLERS = [
  'like',
  'you know',
  'I mean',
  'basically',
  'actually',
  'well',
  'um',
  'uh',
  'so to speak',
  'kind of',
  'honestly',
];

/** HELM's filler words: what people say while they think. */
export const fillerWords = definePerturbation({
  name: 'filler_words',
  summary: 'Words that say nothing, put between the others.',
  options: z.strictObject({ probability: probability(0.1, 'Of a filler at each gap between words.') }),
  perturb: (text, random, options) =>
    replaceMatches(text, /(?<=[\p{L}\p{N},;]) (?=[\p{L}\p{N}])/gu, () =>
      random.random() < options.probability ? ` ${FILLERS[random.integers(FILLERS.length)]!} ` : undefined,
    ),
});
