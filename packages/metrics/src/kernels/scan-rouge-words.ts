import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

const KELVIN_SIGN = 0x212a;
const CAPITAL_I_WITH_DOT = 0x130;

/** For each ASCII code: its lower case if it is a letter or digit, else 0. */
const LOWER_ALPHANUMERIC: Uint8Array = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789') {
  LOWER_ALPHANUMERIC[character.charCodeAt(0)] = character.charCodeAt(0);
  LOWER_ALPHANUMERIC[character.toUpperCase().charCodeAt(0)] = character.charCodeAt(0);
}

/**
 * Interns rouge_score's tokens (before stemming) of a text: runs of a–z and 0–9 after lower-casing. Two characters beyond
 * ASCII have ASCII in their lower case: the Kelvin sign (k) and İ (i, then a combining dot, which separates).
 */
export function scanRougeWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size);
  const ids = tokens.reset((size >> 1) + 1);
  const arena = vocabulary.arena;
  let start = vocabulary.tail;
  let end = start;
  let high = 0;
  let low = 0;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    let lower = 0;
    if (unit < 128) lower = LOWER_ALPHANUMERIC[unit]!;
    else if (unit === KELVIN_SIGN) lower = 107;
    else if (unit === CAPITAL_I_WITH_DOT) {
      arena[end++] = 105;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | 105;
    }
    if (lower !== 0) {
      arena[end++] = lower;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | lower;
    } else if (end !== start) {
      ids[count++] = vocabulary.commit(end, high, low, 0);
      start = end = vocabulary.tail;
      high = low = 0;
    }
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, 0);
  tokens.length = count;
}
