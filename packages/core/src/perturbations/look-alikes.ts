import { z } from 'zod';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { TextEdits } from './text-edits.ts';

/** Cyrillic and Greek letters that most fonts draw like the Latin ones. */
const LATIN = 'acehijopsxyABCEHIKMNOPSTXYZ';
const ALIKE = 'асеһіјорѕхуАВСЕНІКМΝОРЅТХҮΖ';
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(Array.from(LATIN, (letter, at) => [letter, ALIKE[at]!]));

/** Letters of another script that look the same: a reader sees no difference, a tokenizer does. */
export const lookAlikes = definePerturbation({
  name: 'look_alikes',
  summary: 'Latin letters replaced by Cyrillic and Greek ones that look the same.',
  options: z.strictObject({ probability: probability(0.1, 'Of each letter that has a look-alike.') }),
  perturb: (text, random, options) => {
    const edits = new TextEdits();
    for (const letter of text) {
      const other = LOOK_ALIKES.get(letter);
      edits.replace(letter, other !== undefined && random.random() < options.probability ? other : letter);
    }
    return edits.result();
  },
});
