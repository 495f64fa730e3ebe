import type { TokenBuffer } from './token-buffer.ts';
import { whitespaceTable } from './whitespace-table.ts';

/** Code points of a text, a lone surrogate counting as one, as token ids; without Python's whitespace unless asked for. */
export function scanCharacters(text: string, whitespace: boolean, tokens: TokenBuffer): void {
  const size = text.length;
  const ids = tokens.reset(size);
  const spaces = whitespaceTable();
  let count = 0;
  for (let i = 0; i < size; i++) {
    let point = text.charCodeAt(i);
    if (point >= 0xd800 && point < 0xdc00 && i + 1 < size) {
      const low = text.charCodeAt(i + 1);
      if (low >= 0xdc00 && low < 0xe000) {
        point = ((point - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
        i++;
      }
    } else if (!whitespace && spaces[point] === 1) continue;
    ids[count++] = point;
  }
  tokens.length = count;
}
