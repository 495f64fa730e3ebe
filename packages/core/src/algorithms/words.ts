import { normaliseUnicode } from '@assay/metrics';

/** Scripts written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ARTICLES: ReadonlySet<string> = new Set(['a', 'an', 'the']);
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * The words of a text for comparing answers: NFKC, lower case, punctuation and English articles dropped; scripts
 * without spaces are split by `Intl.Segmenter`. A text of articles alone keeps them, so that no answer becomes empty.
 */
export function answerWords(text: string): readonly string[] {
  const normal = normaliseUnicode(text);
  if (normal === '') return [];
  const words = UNSPACED.test(normal) ? segmented(normal) : normal.split(' ');
  const content = words.filter((word) => !ARTICLES.has(word));
  return content.length > 0 ? content : words;
}

function segmented(text: string): string[] {
  return Array.from(segmenter.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}
