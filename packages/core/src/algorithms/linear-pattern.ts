import { RE2JS } from 're2js';
import { AssayError } from '../errors/assay-error.ts';

export interface LinearPattern {
  test(text: string): boolean;
  toString(): string;
}

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * A regular expression that takes time linear in the text, whatever pattern and text: RE2's syntax, which is JavaScript's
 * without look-around and back-references. Found anywhere; anchor it with ^ and $ for the whole text.
 * @param flags i (case), m (lines), s (dot takes line ends); others are ignored
 * @throws AssayError CONFIG_INVALID
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function linearPattern(pattern: string, flags = ''): LinearPattern {
  try {
    const bits = Array.from(flags).reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), bits);
    // Ajv tells patterns apart by their text.
    return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/${flags}` };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('CONFIG_INVALID', `not a regular expression of RE2: ${message}`, {
      hint: 'RE2 has no look-ahead, look-behind and back-references, so that no text can stall it.',
      cause,
    });
  }
}
