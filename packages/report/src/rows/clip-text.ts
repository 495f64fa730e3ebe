/** Characters (UTF-16 units) of one text that a page carries. */
const TEXT_LIMIT = 20_000;

/** A text as the page carries it; a clipped one stands with the length of the whole. */
export type PackedText = string | readonly [text: string, length: number];

/** The beginning of a long text, with the length of the whole; never ends between the halves of a character. */
export function clipText(text: string, limit: number = TEXT_LIMIT): PackedText {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return [text.slice(0, splits ? limit - 1 : limit), text.length];
}
