import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';
import { whitespaceTable } from './whitespace-table.ts';

/** Interns the words of a text as Python's `str.split()` gives them. */
export function scanWhitespaceWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size);
  const ids = tokens.reset((size >> 1) + 1);
  const arena = vocabulary.arena;
  const whitespace = whitespaceTable();
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let wide = 0;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    if (whitespace[unit] === 0) {
      arena[end++] = unit;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | unit;
      wide |= unit | (unit - 1);
    } else if (end !== start) {
      ids[count++] = vocabulary.commit(end, high, low, wide);
      start = end = vocabulary.tail;
      high = low = wide = 0;
    }
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
  tokens.length = count;
}
