import type { Tokeniser } from '../text/tokenisers.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Interns the tokens of a text into a buffer. */
export type WordScanner = (text: string, vocabulary: Vocabulary, tokens: TokenBuffer) => void;

/** A scanner from any tokeniser: slower than the built-in ones, as it makes a string of each token. */
export function scannerOf(tokeniser: Tokeniser): WordScanner {
  return (text, vocabulary, tokens) => {
    const words = tokeniser.tokenise(text);
    const ids = tokens.reset(words.length);
    for (let i = 0; i < words.length; i++) ids[i] = vocabulary.intern(words[i]!);
    tokens.length = words.length;
  };
}
