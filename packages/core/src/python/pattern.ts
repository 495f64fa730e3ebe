import { AssayError } from '../errors/assay-error.ts';
import { allMatches, compilePattern } from './compiled-pattern.ts';

/** A pattern of Python's `re`, run so that no output can stall a run. */
export interface PythonPattern {
  /**
   * `re.findall`: whole matches, or where there are groups the texts of the groups (empty where one took no part).
   * @throws TooManySteps
   */
  findAll(text: string): (readonly string[])[];
  /** `re.sub(pattern, "", text)` @throws TooManySteps */
  remove(text: string): string;
}

const NO_FLAGS = { ignoreCase: false, multiline: false, dotAll: false };

/**
 * Compiles a pattern written for Python, look-around included.
 * @throws AssayError CONFIG_INVALID for what is no pattern, and for back-references
 */
export function pythonPattern(pattern: string): PythonPattern {
  try {
    const compiled = compilePattern(pattern, NO_FLAGS);
    return {
      findAll: (text) => {
        const textOf = ([start, end]: readonly [number, number]): string => (start < 0 ? '' : text.slice(start, end));
        return Array.from(allMatches(compiled.on(text), text), ([whole, ...groups]) =>
          groups.length === 0 ? [textOf(whole!)] : groups.map(textOf),
        );
      },
      remove: (text) => {
        let [kept, from] = ['', 0];
        for (const [whole] of allMatches(compiled.on(text), text)) {
          kept += text.slice(from, whole![0]);
          from = whole![1];
        }
        return kept + text.slice(from);
      },
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('CONFIG_INVALID', `"${pattern}" is no regular expression: ${message}`, {
      hint: 'Back-references are not supported, so that no text can stall it.',
      cause,
    });
  }
}
