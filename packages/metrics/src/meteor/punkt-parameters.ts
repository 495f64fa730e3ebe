/** What the Punkt algorithm knows of a language. */
export interface PunktParameters {
  /** For signatures. */
  readonly name: string;
  /** Abbreviations in lower case, without the last period. */
  readonly abbreviations: ReadonlySet<string>;
  /** Words in lower case that often begin a sentence. */
  readonly sentenceStarters: ReadonlySet<string>;
  /** Pairs "first second" of types around a period that does not end a sentence. */
  readonly collocations: ReadonlySet<string>;
  /** Where a word (in lower case) was seen in which case: a sum of `Orthography` flags; 0 for an unknown word. */
  orthography(word: string): number;
}

/** Flags of Punkt's orthographic contexts. */
export const Orthography = {
  beginningUpper: 2,
  internalUpper: 4,
  unknownUpper: 8,
  beginningLower: 16,
  internalLower: 32,
  unknownLower: 64,
  upper: 14,
  lower: 112,
} as const;
