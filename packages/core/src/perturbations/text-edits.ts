import type { PerturbedText, TextChange } from './perturbation.ts';

/** Copies a text piece by piece and remembers what was put in another's place. */
export class TextEdits {
  #text = '';
  #at = 0;
  readonly #changes: TextChange[] = [];

  keep(piece: string): void {
    this.#text += piece;
    this.#at += piece.length;
  }

  /** `from` is the next piece of the original (empty to insert), `to` what comes instead (empty to delete). */
  replace(from: string, to: string): void {
    if (from !== to) this.#changes.push({ at: this.#at, from, to });
    this.#text += to;
    this.#at += from.length;
  }

  result(): PerturbedText {
    return { text: this.#text, changes: this.#changes };
  }
}

/** Each match of a global pattern is replaced by what `to` says (undefined keeps it); the rest is copied. */
export function replaceMatches(
  text: string,
  pattern: RegExp,
  to: (match: string, at: number) => string | undefined,
): PerturbedText {
  const edits = new TextEdits();
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    edits.keep(text.slice(end, match.index));
    edits.replace(found, to(found, match.index) ?? found);
    end = match.index + found.length;
  }
  edits.keep(text.slice(end));
  return edits.result();
}
