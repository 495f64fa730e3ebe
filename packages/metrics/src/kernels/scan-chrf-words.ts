import { isAsciiPunctuation } from '../text/ascii-punctuation.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';
import type { TokenBuffer } from './token-buffer.ts';
import { FIRST_HASH, HASH_STEP, type Vocabulary } from './vocabulary.ts';

/**
 * Interns the words of chrF++: between whitespace; of a word longer than one character, a last punctuation mark stands
 * alone, or else a first one ("(hi)" gives "(hi" and ")").
 */
export function scanChrfWords(text: string, vocabulary: Vocabulary, tokens: TokenBuffer): void {
  const size = text.length;
  vocabulary.reserve(size + 1);
  tokens.reset(size + 1);
  const arena = vocabulary.arena;
  let end = vocabulary.tail;
  let hash = FIRST_HASH;
  let hashBeforeLast = FIRST_HASH;
  for (let i = 0; i < size; i++) {
    const unit = text.charCodeAt(i);
    if (!isPythonWhitespace(unit)) {
      arena[end++] = unit;
      hashBeforeLast = hash;
      hash = Math.imul(hash ^ unit, HASH_STEP);
    } else if (end !== vocabulary.tail) {
      keepWord(vocabulary, tokens, end, hash, hashBeforeLast);
      end = vocabulary.tail;
      hash = FIRST_HASH;
    }
  }
  if (end !== vocabulary.tail) keepWord(vocabulary, tokens, end, hash, hashBeforeLast);
}

function keepWord(
  vocabulary: Vocabulary,
  tokens: TokenBuffer,
  end: number,
  hash: number,
  hashBeforeLast: number,
): void {
  const { arena, tail } = vocabulary;
  const ids = tokens.ids;
  const first = arena[tail]!;
  const last = arena[end - 1]!;
  if (end - tail === 1) {
    ids[tokens.length++] = vocabulary.commit(end, hash);
  } else if (isAsciiPunctuation(last)) {
    ids[tokens.length++] = vocabulary.commit(end - 1, hashBeforeLast);
    arena[vocabulary.tail] = last;
    ids[tokens.length++] = vocabulary.commit(vocabulary.tail + 1, Math.imul(FIRST_HASH ^ last, HASH_STEP));
  } else if (isAsciiPunctuation(first)) {
    ids[tokens.length++] = vocabulary.commit(tail + 1, Math.imul(FIRST_HASH ^ first, HASH_STEP));
    // The rest of the word stands at tail + 1, wherever the vocabulary's tail is now.
    arena.copyWithin(vocabulary.tail, tail + 1, end);
    const restEnd = vocabulary.tail + end - tail - 1;
    let rest = FIRST_HASH;
    for (let i = vocabulary.tail; i < restEnd; i++) rest = Math.imul(rest ^ arena[i]!, HASH_STEP);
    ids[tokens.length++] = vocabulary.commit(restEnd, rest);
  } else {
    ids[tokens.length++] = vocabulary.commit(end, hash);
  }
}
