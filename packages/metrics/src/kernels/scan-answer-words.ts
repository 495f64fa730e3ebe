import { allAnswerWords } from '../text/answer-words.ts';
import { answerUnitTable, BREAK, WHOLE_TEXT } from './answer-unit-table.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

const ARTICLES: readonly string[] = ['a', 'an', 'the'];

/**
 * Interns the words of an answer (`answerWords`) without making strings, but for the texts that need whole-text
 * normalisation (combining marks, scripts without spaces, characters beyond the basic plane).
 */
export function scanAnswerWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  // The articles come first in the vocabulary, so that an id up to 3 is an article.
  if (vocabulary.size === 0) for (const article of ARTICLES) vocabulary.intern(article);
  if (!scanUnits(text, vocabulary, tokens)) internWords(text, vocabulary, tokens);
  dropArticles(tokens);
}

/** @returns false where the text must be normalised as a whole */
function scanUnits(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): boolean {
  const { length } = text;
  const table = answerUnitTable();
  vocabulary.reserve(length);
  const ids = tokens.reset((length >> 1) + 1);
  const { arena } = vocabulary;
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let wide = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const unit = table[text.charCodeAt(i)]!;
    if (unit < WHOLE_TEXT) {
      arena[end++] = unit;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | unit;
      wide |= unit | (unit - 1);
      continue;
    }
    if (unit !== BREAK) return false;
    if (end === start) continue;
    ids[count++] = vocabulary.commit(end, high, low, wide);
    start = end = vocabulary.tail;
    high = low = wide = 0;
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
  tokens.length = count;
  return true;
}

function internWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const words = allAnswerWords(text);
  const ids = tokens.reset(words.length);
  for (let i = 0; i < words.length; i++) ids[i] = vocabulary.intern(words[i]!);
  tokens.length = words.length;
}

function dropArticles(tokens: TokenBuffer): void {
  const { ids, length } = tokens;
  let kept = 0;
  for (let i = 0; i < length; i++) if (ids[i]! > ARTICLES.length) ids[kept++] = ids[i]!;
  if (kept > 0) tokens.length = kept;
}
