import type { TextInput } from '@assay/core';

/** Characters from which on a share is worth a thread: some 500 tokens, which are a batch. */
const SHARE_CHARACTERS = 2000;

/**
 * Deals a window out to threads: in shares of about as many characters, of texts of like length.
 * @returns 1 to `threads` shares, every text in exactly one
 */
export function dealWindow(window: readonly TextInput[], threads: number): TextInput[][] {
  const total = window.reduce((sum, input) => sum + charactersOf(input), 0);
  const count = Math.max(1, Math.min(threads, Math.floor(total / SHARE_CHARACTERS)));
  if (count === 1) return [[...window]];
  const shares: TextInput[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const input of [...window].sort((a, b) => charactersOf(a) - charactersOf(b))) {
    const own = charactersOf(input);
    // A text belongs where its middle falls.
    shares[Math.min(count - 1, Math.floor(((before + own / 2) / total) * count))]!.push(input);
    before += own;
  }
  return shares.filter(({ length }) => length > 0);
}

/** A caller may hand in what is no text: that fails later, alone. */
function charactersOf({ text, pair }: TextInput): number {
  return [text, pair].reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
}
