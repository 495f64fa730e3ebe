/** The encoding that a label stands for; undefined for a label that no decoder knows. */
export function encodingOfLabel(label: string): string | undefined {
  try {
    return new TextDecoder(/^latin-?1$/i.test(label) ? 'latin1' : label).encoding;
  } catch {
    return undefined;
  }
}
