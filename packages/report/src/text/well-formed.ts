/** The text with lone surrogates replaced by U+FFFD: UTF-8 and strict JSON readers know none (String.toWellFormed needs ES2024). */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
