const SPACE =
  '\\t\\n\\x{b}\\f\\r\\x{1c}-\\x{1f} \\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}';
const CLASSES: Readonly<Record<string, string>> = { s: SPACE, d: '\\p{Nd}', w: '\\p{L}\\p{N}_' };

/** Python's classes of characters are Unicode's, RE2's are ASCII's. */
export function translatePattern(pattern: string): string {
  let inClass = false;
  return pattern.replaceAll(/\\([\s\S])|[[\]]/g, (whole, escaped: string | undefined, at: number) => {
    if (escaped === undefined) {
      if (whole === '[' && !inClass) inClass = true;
      // A bracket right after the opening one is a member of the class.
      else if (whole === ']' && inClass && !/\[\^?$/.test(pattern.slice(0, at))) inClass = false;
      else if (inClass) return `\\${whole}`;
      return whole;
    }
    if (escaped === 'Z') return '\\z';
    const lower = CLASSES[escaped.toLowerCase()];
    if (lower === undefined) return whole;
    if (escaped in CLASSES) return inClass ? lower : `[${lower}]`;
    if (!inClass) return `[^${lower}]`;
    return escaped === 'D' ? '\\P{Nd}' : whole;
  });
}
