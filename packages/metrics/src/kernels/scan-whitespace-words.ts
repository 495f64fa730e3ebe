import { isPythonWhitespace } from '../text/python-whitespace.ts';
import type { TokenBuffer } from './token-buffer.ts';
import { FIRST_HASH, HASH_STEP, type Vocabulary } from './vocabulary.ts';

/** Interns the words of a text as Python's `str.split()` gives them. */
export function scanWhitespaceWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size);
  const ids = tokens.reset((size >> 1) + 1);
  const arena = vocabulary.arena;
  let start = vocabulary.tail;
  let end = start;
  let hash = FIRST_HASH;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    if (!isPythonWhitespace(unit)) {
      arena[end++] = unit;
      hash = Math.imul(hash ^ unit, HASH_STEP);
    } else if (end !== start) {
      ids[count++] = vocabulary.commit(end, hash);
      start = end = vocabulary.tail;
      hash = FIRST_HASH;
    }
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, hash);
  tokens.length = count;
}
