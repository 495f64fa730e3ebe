import type { TokenBuffer } from './token-buffer.ts';
import { FIRST_HASH, HASH_STEP, type Vocabulary } from './vocabulary.ts';

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
  let hash = FIRST_HASH;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    let lower = 0;
    if (unit < 128) lower = LOWER_ALPHANUMERIC[unit]!;
    else if (unit === KELVIN_SIGN) lower = 107;
    else if (unit === CAPITAL_I_WITH_DOT) {
      arena[end++] = 105;
      hash = Math.imul(hash ^ 105, HASH_STEP);
    }
    if (lower !== 0) {
      arena[end++] = lower;
      hash = Math.imul(hash ^ lower, HASH_STEP);
    } else if (end !== start) {
      ids[count++] = vocabulary.commit(end, hash);
      start = end = vocabulary.tail;
      hash = FIRST_HASH;
    }
  }
  if (end !== start) ids[count++] = vocabulary.commit(end, hash);
  tokens.length = count;
}
