import { DELETED, OTHER_SPACE, quacTable, SPECIAL } from './quac-table.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Stands in a scanned sequence between two pieces, that is, for one space of the normalised text. */
export const PIECE_END = 0;
/** The articles are the first tokens of a QuAC vocabulary, so that an id up to this one is an article. */
const LAST_ARTICLE = 3;

/**
 * Interns the QuAC normal form of `text[from…to)` in one pass. The sequence holds the id of each word (between any of
 * Python's whitespace), minus the code unit of each whitespace character that is not a space, and PIECE_END after each
 * piece; so two texts have equal normal forms exactly when their sequences are equal, and the words of FMEval's
 * token scores are its positive numbers.
 */
export function scanQuac(text: string, from: number, to: number, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  if (vocabulary.size === 0) for (const article of ['a', 'an', 'the']) vocabulary.intern(article);
  if (!scan(text, from, to, vocabulary, tokens, false)) {
    const lowered = text.slice(from, to).toLowerCase();
    scan(lowered, 0, lowered.length, vocabulary, tokens, true);
  }
}

/** @returns false where the text must be lower-cased as a whole first */
function scan(
  text: string,
  from: number,
  to: number,
  vocabulary: Vocabulary,
  tokens: TokenBuffer,
  lowered: boolean,
): boolean {
  vocabulary.reserve(to - from);
  const ids = tokens.reset(to - from + 2);
  const arena = vocabulary.arena;
  const table = quacTable();
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let wide = 0;
  let count = 0;
  let pieceStart = 0;
  for (let i = from; i < to; i++) {
    const lower = table[text.charCodeAt(i)]!;
    if (lower > OTHER_SPACE) {
      arena[end++] = lower;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | lower;
      wide |= lower;
      continue;
    }
    if (lower === SPECIAL) {
      if (!lowered) return false;
      arena[end++] = text.charCodeAt(i);
      wide = -1;
      continue;
    }
    if (lower === DELETED) continue;
    if (end !== start) {
      ids[count++] = vocabulary.commit(end, high, low, wide);
      start = end = vocabulary.tail;
      high = low = wide = 0;
    }
    if (lower === OTHER_SPACE) ids[count++] = -text.charCodeAt(i);
    else count = pieceStart = endPiece(ids, pieceStart, count);
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
  tokens.length = endPiece(ids, pieceStart, count);
  return true;
}

/** Closes a piece, dropping it when it is empty or an article. @returns where the next one starts */
function endPiece(ids: Int32Array, start: number, count: number): number {
  if (count === start) return start;
  if (count === start + 1 && ids[start]! > 0 && ids[start]! <= LAST_ARTICLE) return start;
  ids[count] = PIECE_END;
  return count + 1;
}
