import type { PerturbedText, TextChange } from './perturbation.ts';

/** Copies a text piece by piece and remembers what was put in another's place. */
export class TextEdits {
  #original = '';
  #text = '';
  readonly #changes: TextChange[] = [];

  keep(piece: string): void {
    this.#original += piece;
    this.#text += piece;
  }

  /** `from` is the next piece of the original (empty to insert), `to` what comes instead (empty to delete). */
  replace(from: string, to: string): void {
    const at = this.#original.length;
    const last = this.#changes.at(-1);
    if (last !== undefined && isUndone(last, { at, from, to })) this.#changes.pop();
    else if (from !== to) this.#changes.push({ at, from, to });
    this.#original += from;
    this.#text += to;
  }

  /** Changes that together undo each other (a space added here, one taken away there) are none. */
  result(): PerturbedText {
    return { text: this.#text, changes: this.#text === this.#original ? [] : this.#changes };
  }
}

/** Whether two changes that touch leave the text as it was. */
function isUndone(first: TextChange, second: TextChange): boolean {
  return first.at + first.from.length === second.at && first.from + second.from === first.to + second.to;
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
