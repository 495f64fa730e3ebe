import { baseForms } from './base-forms.ts';
import { WordNetTable } from './word-net-table.ts';

/** The synonyms of a word, as METEOR and the synonym perturbation ask for them. */
export type SynonymLookup = (word: string) => readonly string[];

/** Synsets of WordNet 3.0, without glosses and relations. */
export interface WordNet {
  /** For signatures: which database the synonyms come from. */
  readonly version: '3.0';
  /**
   * Names that share a synset with the word or one of its base forms, over all parts of speech: nltk's lemma names of
   * `wordnet.synsets(word)` without those of several words. Sorted by code unit; contains the base form itself; empty for a
   * word that WordNet lacks. Case of the word does not matter, that of the names is WordNet's.
   */
  readonly synonyms: SynonymLookup;
}

/**
 * WordNet from the bytes of `data/wordnet-3.0.bin`.
 * @throws RangeError WORDNET_DATA_INVALID
 */
export function createWordNet(bytes: Uint8Array): WordNet {
  const table = new WordNetTable(bytes);
  return { version: '3.0', synonyms: (word) => synonymsOf(table, word) };
}

function synonymsOf(table: WordNetTable, word: string): string[] {
  const names = new Set<string>();
  const lower = word.toLowerCase();
  for (let partOfSpeech = 0; partOfSpeech < table.partsOfSpeech; partOfSpeech++) {
    for (const form of baseForms(lower, partOfSpeech, table.exceptions[partOfSpeech]!)) {
      table.collectNames(form, partOfSpeech, names);
    }
  }
  return [...names].sort();
}
