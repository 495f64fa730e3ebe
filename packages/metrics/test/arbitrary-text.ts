import fc from 'fast-check';

/** Texts over a small alphabet with surrogate pairs, lone surrogates and letters beyond Latin-1, so that they share much. */
export function unicodeText(maxLength: number): fc.Arbitrary<string> {
  const units = ['a', 'b', 'c', ' ', 'é', 'ÿ', 'Ā', '語', '\ud83d\ude00', '\ud83d\ude01', '\ud83d', '\ude00', '\u2028'];
  return fc.array(fc.constantFrom(...units), { maxLength }).map((parts) => parts.join(''));
}

/** A text and a copy of it with some characters changed, dropped or added. */
export function similarTexts(maxLength: number): fc.Arbitrary<[string, string]> {
  return fc
    .tuple(unicodeText(maxLength), fc.array(fc.tuple(fc.nat(maxLength), unicodeText(2), fc.nat(2)), { maxLength: 6 }))
    .map(([text, edits]) => [
      text,
      edits.reduce((copy, [at, added, removed]) => copy.slice(0, at) + added + copy.slice(at + removed), text),
    ]);
}
