import { normaliseUnicode } from './normalisers.ts';

/** Scripts written without spaces between words. */
const UNSPACED: RegExp =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ARTICLES: ReadonlySet<string> = new Set(['a', 'an', 'the']);
/** Words remembered by the piece that they were cut from: cutting takes microseconds, and pieces recur. */
const cuts: Map<string, readonly string[]> = new Map();
const MAX_CUTS = 10_000;
let segmenter: Intl.Segmenter | undefined;

/**
 * The words of a text for comparing answers: NFKC, lower case, punctuation, symbols and English articles dropped; pieces
 * in a script without spaces are cut by `Intl.Segmenter`. A text of articles alone keeps them, so that no answer
 * becomes empty.
 */
export function answerWords(text: string): readonly string[] {
  const words = allAnswerWords(text);
  const content = words.filter((word) => !ARTICLES.has(word));
  return content.length > 0 ? content : words;
}

/** The same with the articles. */
export function allAnswerWords(text: string): readonly string[] {
  const normal = normaliseUnicode(text);
  if (normal === '') return [];
  const pieces = normal.split(' ');
  return UNSPACED.test(normal) ? pieces.flatMap((piece) => (UNSPACED.test(piece) ? cut(piece) : piece)) : pieces;
}

function cut(piece: string): readonly string[] {
  let words = cuts.get(piece);
  if (words === undefined) {
    segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
    words = Array.from(segmenter.segment(piece))
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment }) => segment);
    if (cuts.size >= MAX_CUTS) cuts.clear();
    cuts.set(piece, words);
  }
  return words;
}
