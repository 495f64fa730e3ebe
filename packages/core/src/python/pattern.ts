import { RE2JS } from 're2js';
import { AssayError } from '../errors/assay-error.ts';

/** A pattern of Python's `re`, run by RE2 so that no output can stall a run. */
export interface PythonPattern {
  /** `re.findall`: whole matches, or where there are groups the texts of the groups (empty where one took no part). */
  findAll(text: string): (readonly string[])[];
  /** `re.sub(pattern, "", text)` */
  remove(text: string): string;
}

/**
 * Compiles a pattern written for Python. `\s`, `\d` and `\w` take all of Unicode, as there; `\b` knows ASCII words only.
 * A `$` that ends the pattern matches before a last line end, too.
 * @throws AssayError CONFIG_INVALID for look-around and back-references, which RE2 has not
 */
export function pythonPattern(pattern: string): PythonPattern {
  try {
    const translated = translatePattern(pattern);
    const compiled = RE2JS.compile(translated);
    const end = /^([^|]*[^\\|])\$$/s.exec(translated);
    const atEnd = end === null ? undefined : RE2JS.compile(`(?:${end[1]})(\\n?)\\z`);
    return {
      findAll: (text) => findAll(compiled, text),
      remove: (text) => (atEnd === undefined ? remove(compiled, text) : removeAtEnd(atEnd, text)),
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('CONFIG_INVALID', `"${pattern}" is no regular expression of RE2: ${message}`, {
      hint: 'RE2 has no look-ahead, look-behind and back-references, so that no text can stall it.',
      cause,
    });
  }
}

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

function findAll(compiled: RE2JS, text: string): (readonly string[])[] {
  const matcher = compiled.matcher(text);
  const groups = matcher.groupCount();
  const found: string[][] = [];
  while (matcher.find()) {
    found.push(
      groups === 0
        ? [matcher.group() ?? '']
        : Array.from({ length: groups }, (_, group) => matcher.group(group + 1) ?? ''),
    );
  }
  return found;
}

function remove(compiled: RE2JS, text: string): string {
  return compiled.matcher(text).replaceAll('');
}

function removeAtEnd(compiled: RE2JS, text: string): string {
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return text;
  return text.slice(0, matcher.start()) + (matcher.group(matcher.groupCount()) ?? '');
}
