/** What Python's `str.isspace` and `str.strip` take for white space; unlike `\s` it has U+001C–1F and U+0085, not U+FEFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts four of them as white space
const SPACE: RegExp = /^[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

/** Whether a non-empty text is white space only, by Python's definition. */
export function isPythonSpace(text: string): boolean {
  return SPACE.test(text);
}

/** Python's `text.strip()`. */
export function pythonStrip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPythonSpace(text[start]!)) start++;
  while (end > start && isPythonSpace(text[end - 1]!)) end--;
  return text.slice(start, end);
}
