import type { PorterMode } from './porter-mode.ts';

function isVowelLetter(letter: string): boolean {
  return letter === 'a' || letter === 'e' || letter === 'i' || letter === 'o' || letter === 'u';
}

/** Whether the letter at an index is a consonant: not a, e, i, o, u, and not a y after a consonant. */
export function isConsonant(word: string, index: number): boolean {
  let at = index;
  let flipped = false;
  while (at > 0 && word[at] === 'y') {
    flipped = !flipped;
    at--;
  }
  return !isVowelLetter(word.charAt(at)) !== flipped;
}

/** Porter's measure m: how often a vowel run is followed by a consonant run. O(length). */
export function measure(stem: string): number {
  let m = 0;
  let previous = true;
  for (let i = 0; i < stem.length; i++) {
    const letter = stem.charAt(i);
    const consonant: boolean = letter === 'y' ? i === 0 || !previous : !isVowelLetter(letter);
    if (i > 0 && consonant && !previous) m++;
    previous = consonant;
  }
  return m;
}

/** Whether any letter is a vowel in Porter's sense. */
export function containsVowel(stem: string): boolean {
  for (let i = 0; i < stem.length; i++) if (!isConsonant(stem, i)) return true;
  return false;
}

/** Condition *o: ends consonant, vowel, consonant, the last not w, x or y; nltk adds two letters vowel, consonant. */
export function endsCvc(word: string, mode: PorterMode): boolean {
  const last = word.length - 1;
  if (
    last >= 2 &&
    isConsonant(word, last - 2) &&
    !isConsonant(word, last - 1) &&
    isConsonant(word, last) &&
    !'wxy'.includes(word.charAt(last))
  ) {
    return true;
  }
  return mode === 'NLTK_EXTENSIONS' && last === 1 && !isConsonant(word, 0) && isConsonant(word, 1);
}
