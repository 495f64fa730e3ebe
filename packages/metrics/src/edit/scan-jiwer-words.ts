import type { TokenBuffer } from '../kernels/token-buffer.ts';
import type { Vocabulary } from '../kernels/vocabulary.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';

/**
 * Interns the words of a text as jiwer's default transform cuts them: a run of two or more whitespace characters becomes one
 * space, both ends are stripped, and then only U+0020 separates. A single line break or tab inside a text stays in its word.
 */
export function scanJiwerWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size);
  const ids = tokens.reset((size >> 1) + 1);
  const arena = vocabulary.arena;
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let wide = 0;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    // Most units are letters: only these ranges can be whitespace.
    if ((unit > 0x20 && unit < 0x85) || !isPythonWhitespace(unit) || (unit !== 0x20 && isLone(text, i))) {
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

/** Whether the whitespace at `i` stands alone inside the text. */
function isLone(text: string, i: number): boolean {
  return (
    i > 0 &&
    i + 1 < text.length &&
    !isPythonWhitespace(text.charCodeAt(i - 1)) &&
    !isPythonWhitespace(text.charCodeAt(i + 1))
  );
}
