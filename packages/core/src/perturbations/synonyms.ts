import { loadWordNetSync, type WordNet } from '@assay/metrics/wordnet';
import { z } from 'zod';
import { matchCase } from './match-case.ts';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

let wordNet: WordNet | undefined;

/** Words of grammar, whose WordNet synonyms are of other senses ("have" is not "throw"). */
const KEPT: ReadonlySet<string> = new Set(
  `about above after again against also been before being below between both cannot could does doing done down during each
every first from further had has have having here hers herself himself into itself just last least less like made make
many more most much must myself never next none only other ours over same second shall should since some such take than
that their theirs them then there these they third this those through under until upon very were what when where which
while whom whose will with within without would your yours`.split(/\s+/),
);

/**
 * HELM's synonyms: words replaced by another name of a WordNet synset. WordNet does not know which sense is meant, so that
 * one in a few changes the meaning too.
 */
export const synonyms = definePerturbation({
  name: 'synonyms',
  summary: 'Words replaced by synonyms of WordNet.',
  options: z.strictObject({ probability: probability(0.3, 'Of each word that has a synonym.') }),
  perturb: (text, random, options) =>
    replaceMatches(text, /(?<![\p{L}\p{N}'’])[A-Za-z]{4,}(?![\p{L}\p{N}'’])/gu, (word, at) => {
      const lower = word.toLowerCase();
      // A capital inside of a sentence is most likely a name.
      if (KEPT.has(lower) || (at > 0 && word !== lower)) return undefined;
      wordNet ??= loadWordNetSync();
      const others = wordNet.synonyms(lower).filter((name) => /^[a-z]+$/.test(name) && name !== lower);
      if (others.length === 0 || random.random() >= options.probability) return undefined;
      return matchCase(others[random.integers(others.length)]!, word);
    }),
});
