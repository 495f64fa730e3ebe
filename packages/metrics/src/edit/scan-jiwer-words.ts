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
  let count = 0;
  let i = 0;
  while (i < size) {
    const start = vocabulary.tail;
    let end = start;
    let high = 0;
    let low = 0;
    let wide = 0;
    for (; i < size; i++) {
      const unit = text.charCodeAt(i);
      if (unit <= 0x20 ? endsWord(text, i, unit) : unit >= 0x85 && endsWord(text, i, unit)) break;
      arena[end++] = unit;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | unit;
      wide |= unit | (unit - 1);
    }
    if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
    i++;
  }
  tokens.length = count;
}

/** Whether a unit is white space that separates words: any but one that stands alone inside the text and is no space. */
function endsWord(text: string, i: number, unit: number): boolean {
  if (unit === 0x20) return true;
  if (!isPythonWhitespace(unit)) return false;
  return (
    i === 0 ||
    i + 1 >= text.length ||
    isPythonWhitespace(text.charCodeAt(i - 1)) ||
    isPythonWhitespace(text.charCodeAt(i + 1))
  );
}
