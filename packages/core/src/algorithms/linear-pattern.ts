import { AssayError } from '../errors/assay-error.ts';
import { re2js } from '../python/load-re2js.ts';

export interface LinearPattern {
  test(text: string): boolean;
  toString(): string;
}

const FLAGS = { i: 'CASE_INSENSITIVE', m: 'MULTILINE', s: 'DOTALL' } as const;

/**
 * A regular expression that takes time linear in the text, whatever pattern and text: RE2's syntax, which is JavaScript's
 * without look-around and back-references. Found anywhere; anchor it with ^ and $ for the whole text.
 * @param flags i (case), m (lines), s (dot takes line ends); others are ignored
 * @throws AssayError CONFIG_INVALID
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function linearPattern(pattern: string, flags = ''): LinearPattern {
  try {
    const engine = re2js();
    const bits = Object.entries(FLAGS).reduce(
      (sum, [flag, name]) => sum | (flags.includes(flag) ? engine[name] : 0),
      0,
    );
    const compiled = engine.compile(engine.translateRegExp(pattern), bits);
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
