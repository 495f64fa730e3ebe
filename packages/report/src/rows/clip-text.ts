/** Characters of one text that a page carries. */
export const TEXT_LIMIT = 20_000;

/** The beginning of a text and the length of the whole; never ends between the halves of a character. */
export function clipText(text: string, limit: number = TEXT_LIMIT): { readonly text: string; readonly length: number } {
  if (text.length <= limit) return { text, length: text.length };
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return { text: text.slice(0, splits ? limit - 1 : limit), length: text.length };
}
