import { isAsciiPunctuation } from '../text/ascii-punctuation.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';
import { whitespaceTable } from './whitespace-table.ts';

const SPACE = 0x20;

/**
 * Interns the words of chrF++: between whitespace; of a word longer than one character, a last punctuation mark stands
 * alone, or else a first one ("(hi)" gives "(hi" and ")").
 */
export function scanChrfWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size + 1);
  const ids = tokens.reset(size + 1);
  const arena = vocabulary.arena;
  const whitespace = whitespaceTable();
  let start = vocabulary.tail;
  let end = start;
  // Of the word so far, and of all but its last unit.
  let high = 0;
  let low = 0;
  let wide = 0;
  let highBefore = 0;
  let lowBefore = 0;
  let wideBefore = 0;
  let count = 0;
  for (let i = 0; i <= size; i++) {
    const unit = i < size ? text.charCodeAt(i) : SPACE;
    if (whitespace[unit] === 0) {
      arena[end++] = unit;
      highBefore = high;
      lowBefore = low;
      wideBefore = wide;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | unit;
      wide |= unit | (unit - 1);
      continue;
    }
    if (end === start) continue;
    const last = arena[end - 1]!;
    if (end - start > 1 && isAsciiPunctuation(last)) {
      ids[count++] = vocabulary.commit(end - 1, highBefore, lowBefore, wideBefore);
      ids[count++] = commitUnit(last, vocabulary);
    } else if (end - start > 1 && isAsciiPunctuation(arena[start]!)) {
      ids[count++] = commitUnit(arena[start]!, vocabulary);
      ids[count++] = commitStretch(text, i - (end - start) + 1, i, vocabulary);
    } else {
      ids[count++] = vocabulary.commit(end, high, low, wide);
    }
    start = end = vocabulary.tail;
    high = low = wide = 0;
  }
  tokens.length = count;
}

/** Interns one ASCII character. */
function commitUnit(unit: number, vocabulary: Vocabulary): number {
  vocabulary.arena[vocabulary.tail] = unit;
  return vocabulary.commit(vocabulary.tail + 1, 0, unit, unit | (unit - 1));
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
