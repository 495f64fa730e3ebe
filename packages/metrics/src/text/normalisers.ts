import { asciiPunctuation } from './ascii-punctuation.ts';
import { splitPython } from './python-whitespace.ts';

/** A text normaliser, named so that a metric's signature can tell which one made a score. */
export interface Normaliser {
  readonly name: string;
  readonly normalise: (text: string) => string;
}

/**
 * QuAC's normalisation as FMEval applies it: lower case, ASCII punctuation deleted, pieces split at U+0020 only, empty
 * pieces and the articles a, an, the dropped, joined by one space. Tabs and newlines do not separate; nothing is stripped.
 */
export function normaliseQuac(text: string): string {
  return text
    .toLowerCase()
    .replace(asciiPunctuation, '')
    .split(' ')
    .filter((piece) => piece !== '' && piece !== 'a' && piece !== 'an' && piece !== 'the')
    .join(' ');
}

/**
 * SQuAD's normalisation: lower case, ASCII punctuation deleted, the whole words a, an, the dropped, whitespace runs
 * collapsed to one space.
 * @see https://worksheets.codalab.org/rest/bundles/0x6b567e1cf2e041ec80d7098f031c5c9e/contents/blob/ evaluate-v1.1.py
 */
export function normaliseSquad(text: string): string {
  const bare = text.toLowerCase().replace(asciiPunctuation, '');
  return splitPython(bare.replace(/(?<![\p{L}\p{N}_])(?:an|a|the)(?![\p{L}\p{N}_])/gu, ' ')).join(' ');
}

/** For any script: NFKC, lower case, every punctuation mark and symbol to a space, whitespace runs collapsed. */
export function normaliseUnicode(text: string): string {
  return splitPython(
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\p{P}\p{S}]/gu, ' '),
  ).join(' ');
}

/** Normalisers by name. */
export const normalisers: {
  readonly quac: Normaliser;
  readonly squad: Normaliser;
  readonly unicode: Normaliser;
  readonly none: Normaliser;
} = {
  quac: { name: 'quac', normalise: normaliseQuac },
  squad: { name: 'squad', normalise: normaliseSquad },
  unicode: { name: 'unicode', normalise: normaliseUnicode },
  none: { name: 'none', normalise: (text) => text },
};
