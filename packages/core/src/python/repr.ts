/** Python's `repr` of a text: single quotes, unless only double ones save an escape. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = '';
  for (const character of text) shown += character === quote ? `\\${quote}` : (NAMED[character] ?? escaped(character));
  return quote + shown + quote;
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** What Python does not count as printable: controls, formats, separators but the space, unassigned and private characters. */
const UNPRINTABLE = /^[\p{C}\p{Z}]$/u;

function escaped(character: string): string {
  if (character === ' ' || !UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
