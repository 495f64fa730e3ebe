import { stripPythonEnd } from '../text/python-whitespace.ts';
import { unescape13a } from '../text/sacrebleu-lines.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';
import { whitespaceTable } from './whitespace-table.ts';

const WORD = 0;
/** Kind 1, of the whitespace table, only separates. */
const PUNCTUATION = 2;
const PERIOD_OR_COMMA = 3;
const DASH = 4;
/** May begin an entity, a marker or a hyphenated line end: the text is rewritten first, then scanned again. */
const REWRITE = 5;

let kinds: Uint8Array | undefined;

/** Kind of each code unit; built on first use. */
function kindTable(): Uint8Array {
  if (kinds !== undefined) return kinds;
  kinds = whitespaceTable().slice();
  for (let unit = 0x21; unit < 128; unit++) {
    if (/[{-~[-` -&(-+:-@/]/.test(String.fromCharCode(unit))) kinds[unit] = PUNCTUATION;
  }
  kinds[0x2e] = PERIOD_OR_COMMA;
  kinds[0x2c] = PERIOD_OR_COMMA;
  kinds[0x2d] = DASH;
  for (const unit of [0x26, 0x3c, 0x0a]) kinds[unit] = REWRITE;
  return kinds;
}

/**
 * Interns sacreBLEU's 13a tokens of a text in one pass. The four regular expressions of the reference come down to: a
 * period or comma stands alone unless it has a digit (or such a mark already split off) before it and a digit after
 * it; a dash stands alone after a digit.
 */
export function scan13a(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  if (!scan(text, vocabulary, tokens, false)) scan(unescape13a(stripPythonEnd(text)), vocabulary, tokens, true);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function scan(text: string, vocabulary: Vocabulary, tokens: TokenBuffer, rewritten: boolean): boolean {
  const size = text.length;
  vocabulary.reserve(size);
  const ids = tokens.reset(size);
  const arena = vocabulary.arena;
  const table = kindTable();
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let wide = 0;
  let count = 0;
  let previous = 0x20;
  // Whether the previous character is a period or comma that the second expression has already consumed.
  let consumed = false;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    let kind = table[unit]!;
    let consumes = false;
    if (kind > PUNCTUATION) {
      if (kind === PERIOD_OR_COMMA) {
        consumes = !consumed && !isDigit(previous);
        kind = consumes || i + 1 === size || !isDigit(text.charCodeAt(i + 1)) ? PUNCTUATION : WORD;
      } else if (kind === DASH) {
        kind = isDigit(previous) ? PUNCTUATION : WORD;
      } else if (rewritten) {
        kind = PUNCTUATION;
      } else {
        return false;
      }
    }
    previous = unit;
    consumed = consumes;
    if (kind === WORD) {
      arena[end++] = unit;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | unit;
      wide |= unit | (unit - 1);
      continue;
    }
    if (end !== start) {
      ids[count++] = vocabulary.commit(end, high, low, wide);
      start = end = vocabulary.tail;
      high = low = wide = 0;
    }
    if (kind === PUNCTUATION) {
      arena[end] = unit;
      ids[count++] = vocabulary.commit(end + 1, 0, unit, 0);
      start = end = vocabulary.tail;
    }
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, wide);
  tokens.length = count;
  return true;
}
