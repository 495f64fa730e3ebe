import { allAnswerWords } from '../text/answer-words.ts';
import { answerUnitTable, BREAK, WHOLE_TEXT } from './answer-unit-table.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

const ARTICLES: readonly string[] = ['a', 'an', 'the'];
const SPACE = 32;

/**
 * Interns the words of an answer (`answerWords`) without making strings, but for the pieces between spaces that must be
 * normalised as a whole (combining marks, scripts without spaces, characters beyond the basic plane): nothing composes, and
 * no case depends on what stands, across a space.
 * @param from,to the part of the text that is the answer
 */
export function scanAnswerWords(
  text: string,
  vocabulary: Vocabulary,
  tokens: TokenBuffer,
  from: number = 0,
  to: number = text.length,
): void {
  // The articles come first in the vocabulary, so that an id up to 3 is an article.
  if (vocabulary.size === 0) for (const article of ARTICLES) vocabulary.intern(article);
  const table = answerUnitTable();
  vocabulary.reserve(to - from);
  let ids = tokens.reset(((to - from) >> 1) + 1);
  let { arena } = vocabulary;
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let wide = 0;
  let count = 0;
  let pieceStart = from;
  let pieceCount = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    const unit = table[code]!;
    if (unit < WHOLE_TEXT) {
      arena[end++] = unit;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | unit;
      wide |= unit | (unit - 1);
      continue;
    }
    if (unit === BREAK) {
      if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
    } else {
      // What was read of the piece is read again, with the rest of it.
      const space = text.indexOf(' ', i);
      i = space < 0 || space > to ? to : space;
      const words = wordsOfPiece(text.slice(pieceStart, i));
      ids = tokens.reserve(pieceCount + words.length + ((to - i) >> 1) + 1, pieceCount);
      count = pieceCount;
      for (const word of words) ids[count++] = vocabulary.intern(word);
      vocabulary.reserve(to - i);
      arena = vocabulary.arena;
    }
    if (i === to || text.charCodeAt(i) === SPACE) {
      pieceStart = i + 1;
      pieceCount = count;
    }
    start = end = vocabulary.tail;
    high = low = wide = 0;
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
  tokens.length = count;
  dropArticles(tokens);
}

/** Words by the piece that they come from: normalising takes microseconds, and pieces recur. */
const known: Map<string, readonly string[]> = new Map();
const MAX_KNOWN = 10_000;
const MAX_KNOWN_LENGTH = 40;

function wordsOfPiece(piece: string): readonly string[] {
  let words = known.get(piece);
  if (words === undefined) {
    words = allAnswerWords(piece);
    if (piece.length > MAX_KNOWN_LENGTH) return words;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(piece, words);
  }
  return words;
}

function dropArticles(tokens: TokenBuffer): void {
  const { ids, length } = tokens;
  let kept = 0;
  for (let i = 0; i < length; i++) if (ids[i]! > ARTICLES.length) ids[kept++] = ids[i]!;
  if (kept > 0) tokens.length = kept;
}
