import { splitPython, stripPython } from './python-whitespace.ts';

/** Tokenisers of sacreBLEU 2.6 that need no model. */
export type SacrebleuTokeniser = 'none' | '13a' | 'intl' | 'char' | 'zh';

/**
 * A line as sacreBLEU's tokenisers give it, tokens between whitespace. The caller strips the end of the text first, as
 * sacreBLEU does.
 * @see https://github.com/mjpost/sacrebleu/tree/v2.6.0/sacrebleu/tokenizers
 */
export function sacrebleuLine(tokeniser: SacrebleuTokeniser, text: string): string {
  switch (tokeniser) {
    case 'none':
      return text;
    case '13a':
      return splitWesternPunctuation(` ${unescape13a(text)} `);
    case 'intl':
      return splitInternational(text);
    case 'char':
      return [...text].join(' ');
    case 'zh':
      return splitWesternPunctuation(spaceOutChinese(stripPython(text)));
  }
}

/** The language-independent part of mteval-v13a: markers, hyphenated line ends and four entities. */
export function unescape13a(text: string): string {
  return text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
}

function splitWesternPunctuation(line: string): string {
  const spaced = line
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
  return splitPython(spaced).join(' ');
}

function splitInternational(line: string): string {
  const spaced = line
    .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
    .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
    .replace(/\p{S}/gu, ' $& ');
  return splitPython(spaced).join(' ');
}

/**
 * sacreBLEU writes two of its ranges as '\u20000' and '\u2f800', which Python reads as U+2000 "0" and U+2F80 "0"; by
 * string order they cover U+2001–U+2A6D and U+2F81–U+2FA1, and that is kept.
 */
const CHINESE =
  /[\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\u2001-\u2a6d\u2f81-\u2fa1\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u3200-\u33ff]/g;

function spaceOutChinese(text: string): string {
  return text.replace(CHINESE, ' $& ');
}
