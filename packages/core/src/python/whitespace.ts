/** What Python's `str.isspace`, `str.strip` and `\s` take for white space, as the inside of a character class. */
export const PYTHON_SPACE =
  '\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const TRAILING = new RegExp(`[${PYTHON_SPACE}]+$`);
const LEADING = new RegExp(`^[${PYTHON_SPACE}]+`);
const RUNS = new RegExp(`[${PYTHON_SPACE}]+`);

/** `str.rstrip()` */
export function pythonRstrip(text: string): string {
  return text.replace(TRAILING, '');
}

/** `str.strip()` */
export function pythonStrip(text: string): string {
  return pythonRstrip(text).replace(LEADING, '');
}

/** `re.split(r"\s+", text)`: unlike `str.split()` it keeps empty parts at the ends. */
export function splitAtSpace(text: string): string[] {
  return text.split(RUNS);
}
