/**
 * Characters that a reader cannot see or that change how their neighbours are drawn: C0 and C1 controls (ANSI escapes
 * begin with one), bidi controls, invisible formatting, line and paragraph separators, tag characters, lone surrogates.
 * Tab, line feed, ZWJ and ZWNJ stay: text needs them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

const SHORT: Readonly<Record<string, string>> = { '\0': '\\0', '\r': '\\r', '\x1b': '\\e' };

function escapeOf(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The text with every hidden character written out (`\u202e`), so that it is drawn in the order in which it stands. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, escapeOf);
}

/** A piece of text to draw: as it is, or the written-out form of a hidden character. */
export interface TextPiece {
  readonly text: string;
  readonly hidden: boolean;
}

/** Like {@link visibleText}, with the written-out characters kept apart so that a page can set them off. */
export function visiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), hidden: false });
    pieces.push({ text: escapeOf(match[0]), hidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hidden: false });
  return pieces;
}
