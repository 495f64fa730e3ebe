const compiled = new Map<string, RegExp>();

/** A pattern of a service model, which is Java's and holds for the whole text, as one of ours. @throws SyntaxError */
export function javaPattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${translated(pattern)})$`, 'u');
  compiled.set(pattern, made);
  return made;
}

/** Allows any text, in a way that takes exponential time to refuse one. */
const ANYTHING = '.*(?:[ \\r\\n\\t].*)*';

function translated(pattern: string): string {
  if (pattern === ANYTHING) return '[\\s\\S]*';
  return (
    pattern
      .replaceAll(/\$\{\d+,\d+\}/g, '$')
      .replaceAll('\\A', '^')
      .replaceAll('\\z', '$')
      // Some stand in a class, some by themselves.
      .replaceAll(/(?<!\[[^\]]*)\\p\{Print\}/g, '[ -~]')
      .replaceAll('\\p{Print}', ' -~')
      .replaceAll('\\p{Alnum}', 'a-zA-Z0-9')
      // Halves of surrogate pairs: with the flag `u` a character beyond them is one.
      .replaceAll('\\uD800\\uDC00-\\uDBFF\\uDFFF', '\\u{10000}-\\u{10FFFF}')
      // In a class an escaped hyphen is the only one that may stand beside `\w`.
      .replaceAll(/\[([^\]]*\\w)-([^\]]*)\]/g, '[$1\\-$2]')
  );
}
