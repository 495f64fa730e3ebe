import { isAsciiPunctuation } from '../text/ascii-punctuation.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Interns the words of chrF++: between whitespace; of a word longer than one character, a last punctuation mark stands
 * alone, or else a first one ("(hi)" gives "(hi" and ")").
 */
export function scanChrfWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size + 1);
  const ids = tokens.reset(size + 1);
  let count = 0;
  for (let i = 0; i < size; i++) {
    if (isPythonWhitespace(text.charCodeAt(i))) continue;
    const start = i;
    while (i < size && !isPythonWhitespace(text.charCodeAt(i))) i++;
    if (i - start === 1) {
      ids[count++] = commitStretch(text, start, i, vocabulary);
    } else if (isAsciiPunctuation(text.charCodeAt(i - 1))) {
      ids[count++] = commitStretch(text, start, i - 1, vocabulary);
      ids[count++] = commitStretch(text, i - 1, i, vocabulary);
    } else if (isAsciiPunctuation(text.charCodeAt(start))) {
      ids[count++] = commitStretch(text, start, start + 1, vocabulary);
      ids[count++] = commitStretch(text, start + 1, i, vocabulary);
    } else {
      ids[count++] = commitStretch(text, start, i, vocabulary);
    }
  }
  tokens.length = count;
}

function commitStretch(text: string, from: number, to: number, vocabulary: Vocabulary): number {
  const arena = vocabulary.arena;
  let end = vocabulary.tail;
  let high = 0;
  let low = 0;
  let wide = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    arena[end++] = unit;
    high = (high << 7) | (low >>> 25);
    low = (low << 7) | unit;
    wide |= unit | (unit - 1);
  }
  return vocabulary.commit(end, high, low, wide);
}
