import { splitPython } from './python-whitespace.ts';

/** How TER prepares a text. */
export interface TercomOptions {
  /** Split punctuation off words and undo four entities, as Tercom does. @default false */
  readonly normalized?: boolean;
  /** Delete punctuation. @default false */
  readonly noPunctuation?: boolean;
  /** With `normalized`, split Chinese and Japanese to characters; with `noPunctuation`, delete their marks. @default false */
  readonly asianSupport?: boolean;
  /** @default false */
  readonly caseSensitive?: boolean;
}

const ASIAN_PUNCTUATION = /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]/g;
const FULL_WIDTH_PUNCTUATION = /[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

/**
 * A line as sacreBLEU's Tercom tokeniser gives it, words between single spaces.
 * @see https://github.com/mjpost/sacrebleu/blob/v2.6.0/sacrebleu/tokenizers/tokenizer_ter.py
 */
export function tercomLine(text: string, options: TercomOptions = {}): string {
  let line = options.caseSensitive === true ? text : text.toLowerCase();
  if (line === '') return '';
  if (options.normalized === true) {
    line = normaliseWestern(line);
    if (options.asianSupport === true) line = normaliseAsian(line);
  }
  if (options.noPunctuation === true) {
    line = line.replace(/[.,?:;!"()]/g, '');
    if (options.asianSupport === true) line = line.replace(ASIAN_PUNCTUATION, '').replace(FULL_WIDTH_PUNCTUATION, '');
  }
  return splitPython(line).join(' ');
}

function normaliseWestern(text: string): string {
  const line = text
    .replaceAll('\n-', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return ` ${line} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replaceAll("'s ", " 's ")
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

/**
 * The reference has rules for kana runs too, but anchors them at the start of the line, where a space always stands:
 * they never apply.
 */
function normaliseAsian(line: string): string {
  return line
    .replace(/[\u4e00-\u9fff\u3400-\u4dbf]/g, ' $& ')
    .replace(/[\u31c0-\u31ef\u2e80-\u2eff]/g, ' $& ')
    .replace(/[\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f]/g, ' $& ')
    .replace(/[\u3200-\u3f22]/g, ' $& ')
    .replace(ASIAN_PUNCTUATION, ' $& ')
    .replace(FULL_WIDTH_PUNCTUATION, ' $& ');
}
