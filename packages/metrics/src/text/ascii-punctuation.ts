/** The 32 characters of Python's `string.punctuation`, as a regular expression. */
export const asciiPunctuation: RegExp = /[!-/:-@[-`{-~]/g;

/** Whether a code unit is one of the 32 characters of Python's `string.punctuation`. */
export function isAsciiPunctuation(unit: number): boolean {
  return (
    (unit >= 0x21 && unit <= 0x2f) ||
    (unit >= 0x3a && unit <= 0x40) ||
    (unit >= 0x5b && unit <= 0x60) ||
    (unit >= 0x7b && unit <= 0x7e)
  );
}
