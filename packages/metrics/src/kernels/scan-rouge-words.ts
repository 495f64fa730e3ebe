import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

const KELVIN_SIGN = 0x212a;
const CAPITAL_I_WITH_DOT = 0x130;

/** Marks İ in the table. */
const I_THEN_SEPARATOR = 1;

/** For each code unit: its lower case if that is a letter a–z or a digit, else 0. */
const LOWER_ALPHANUMERIC: Uint8Array = new Uint8Array(0x10000);
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789') {
  LOWER_ALPHANUMERIC[character.charCodeAt(0)] = character.charCodeAt(0);
  LOWER_ALPHANUMERIC[character.toUpperCase().charCodeAt(0)] = character.charCodeAt(0);
}
LOWER_ALPHANUMERIC[KELVIN_SIGN] = 0x6b;
LOWER_ALPHANUMERIC[CAPITAL_I_WITH_DOT] = I_THEN_SEPARATOR;

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
    const lower = LOWER_ALPHANUMERIC[text.charCodeAt(i)]!;
    if (lower > I_THEN_SEPARATOR) {
      arena[end++] = lower;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | lower;
      continue;
    }
    if (lower === I_THEN_SEPARATOR) {
      arena[end++] = 0x69;
      high = (high << 7) | (low >>> 25);
      low = (low << 7) | 0x69;
    }
    if (end !== start) {
      ids[count++] = vocabulary.commit(end, high, low, 0);
      start = end = vocabulary.tail;
      high = low = 0;
    }
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, high, low, 0);
  tokens.length = count;
}
