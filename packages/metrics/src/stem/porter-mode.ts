/**
 * Variant of the Porter algorithm, named as in nltk's `PorterStemmer`: nltk's own extensions (its default), Martin
 * Porter's later corrections, or the paper of 1980 to the letter.
 */
export type PorterMode = 'NLTK_EXTENSIONS' | 'MARTIN_EXTENSIONS' | 'ORIGINAL_ALGORITHM';
