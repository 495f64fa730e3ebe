import { z } from 'zod';
import { CONTRACTIONS } from './contraction-pairs.ts';
import { matchCase } from './match-case.ts';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

const TO_SHORT = new Map(CONTRACTIONS.map(([long, short]) => [long, short]));
const TO_LONG = new Map(CONTRACTIONS.map(([long, short]) => [short, long]));

/** Longest first, so that "I am not" is not cut short by a part of it. */
function patternOf(words: Iterable<string>): RegExp {
  const list = [...words].sort((a, b) => b.length - a.length).map((word) => word.replace("'", "['’]"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${list.join('|')})(?![\\p{L}\\p{N}'’])`, 'giu');
}

const LONG = patternOf(TO_SHORT.keys());
const SHORT = patternOf(TO_LONG.keys());
const EITHER = patternOf([...TO_SHORT.keys(), ...TO_LONG.keys()]);

/** HELM's contractions and expansions of English: "it is" and "it's". */
export const contractions = definePerturbation({
  name: 'contractions',
  summary: '“is not” becomes “isn’t”, and the other way round.',
  options: z.strictObject({
    mode: z.enum(['contract', 'expand', 'both']).default('both').describe('Which way. Default both.'),
    probability: probability(1, 'Of each place to change.'),
  }),
  perturb: (text, random, { mode, probability: chance }) => {
    const pattern = mode === 'contract' ? LONG : mode === 'expand' ? SHORT : EITHER;
    return replaceMatches(text, pattern, (found) => {
      if (random.random() >= chance) return undefined;
      const key = found.toLowerCase().replace('’', "'");
      const other = TO_SHORT.get(key) ?? TO_LONG.get(key);
      return other === undefined ? undefined : matchCase(other, found.length > 1 ? found.slice(0, 2) : found);
    });
  },
});
