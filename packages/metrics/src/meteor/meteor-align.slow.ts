import { porterStem } from '../stem/porter-stem.ts';
import type { SynonymLookup } from '../wordnet/word-net.ts';

/** The readable twin of MeteorAligner: nested scans from the end, as nltk first had them. Pairs [hypothesis, reference]. */
export function meteorAlignSlow(
  hypothesis: readonly string[],
  reference: readonly string[],
  synonyms: SynonymLookup = () => [],
): [number, number][] {
  let left = hypothesis.map((word, at) => ({ at, word: word.toLowerCase() }));
  let free = reference.map((word, at) => ({ at, word: word.toLowerCase() }));
  const pairs: [number, number][] = [];
  const stage = (fits: (hypothesisWord: string, referenceWord: string) => boolean) => {
    for (const mine of [...left].reverse()) {
      const theirs = free.findLast(({ word }) => fits(mine.word, word));
      if (!theirs) continue;
      pairs.push([mine.at, theirs.at]);
      left = left.filter((other) => other !== mine);
      free = free.filter((other) => other !== theirs);
    }
  };
  stage((a, b) => a === b);
  left = left.map(({ at, word }) => ({ at, word: porterStem(word) }));
  free = free.map(({ at, word }) => ({ at, word: porterStem(word) }));
  stage((a, b) => a === b);
  stage((a, b) => a === b || synonyms(a).includes(b));
  return pairs.sort((a, b) => a[0] - b[0]);
}
