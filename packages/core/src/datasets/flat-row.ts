import { FeatureTexts } from '../samples/feature-texts.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const SPACE = 32;
/** Longest integer whose text is what `JSON.stringify` writes of it again: 15 digits are exact in a double. */
const MOST_DIGITS = 15;

/** A field of a flat line, and the position among `FEATURES` of what it holds. */
export interface FlatField {
  readonly name: string;
  readonly position: number;
}

/**
 * Finds the fields of a flat JSON line where they stand in a text, without parsing the line and without a string for a
 * field. Whatever is unusual (nesting, escapes in a name, fractions, two fields of one name, anything that may be no JSON)
 * is not found: the caller parses the line, and gets what `JSON.parse` says of it.
 */
export class FlatRow {
  readonly texts: FeatureTexts = new FeatureTexts();
  readonly #names: readonly string[];
  /** Of each name: the feature's position. */
  readonly #positions: readonly number[];
  readonly #mostFields: number;
  /** Where the value read last begins, and how far the line was read. */
  #start = 0;
  #next = 0;
  /** The value read last, where it had to be made: it has escapes. */
  #made: string | undefined;

  /** @param fields names of fields, each once, with the position of the feature that it holds @param mostFields of a line that is found */
  constructor(fields: readonly FlatField[], mostFields: number) {
    this.#names = fields.map(({ name }) => name);
    this.#positions = fields.map(({ position }) => position);
    this.#mostFields = mostFields;
  }

  /** Whether the line from `start` to `end` was found. O(end - start) time. */
  find(text: string, start: number, end: number): boolean {
    const { from, to, sources } = this.texts;
    const positions = this.#positions;
    for (let i = 0; i < positions.length; i++) from[positions[i]!] = -1;
    let at = afterSpace(text, start, end);
    if (at >= end || text.charCodeAt(at) !== 123) return false;
    at = afterSpace(text, at + 1, end);
    for (let fields = 0; fields < this.#mostFields; fields++) {
      const nameEnd = endOfName(text, at, end);
      if (nameEnd < 0) return false;
      const field = this.#fieldOf(text, at + 1, nameEnd);
      at = afterSpace(text, nameEnd + 1, end);
      if (at >= end || text.charCodeAt(at) !== 58) return false;
      const valueEnd = this.#value(text, afterSpace(text, at + 1, end), end);
      if (valueEnd < 0) return false;
      if (field >= 0) {
        // JSON.parse takes the last of two: rare, and not worth a rule of its own. A null counts as one until the end.
        if (from[field] !== -1) return false;
        from[field] = this.#start;
        to[field] = valueEnd;
        sources[field] = this.#made ?? text;
      }
      at = afterSpace(text, this.#next, end);
      if (at >= end) return false;
      const code = text.charCodeAt(at);
      if (code === 125) return afterSpace(text, at + 1, end) === end && this.#dropNulls();
      if (code !== 44) return false;
      at = afterSpace(text, at + 1, end);
    }
    return false;
  }

  #dropNulls(): true {
    const { from, to } = this.texts;
    for (const position of this.#positions) if (to[position] === NULL) from[position] = -1;
    return true;
  }

  /** Which feature the field of this name holds; -1 for none. */
  #fieldOf(text: string, start: number, end: number): number {
    const names = this.#names;
    for (let field = 0; field < names.length; field++) {
      const name = names[field]!;
      if (name.length !== end - start) continue;
      let i = 0;
      while (i < name.length && name.charCodeAt(i) === text.charCodeAt(start + i)) i++;
      if (i === name.length) return this.#positions[field]!;
    }
    return -1;
  }

  /** Reads a value. @returns where it ends, or -1 where the line must be parsed */
  #value(text: string, at: number, end: number): number {
    this.#made = undefined;
    if (at >= end) return -1;
    const code = text.charCodeAt(at);
    if (code === QUOTE) return this.#string(text, at, end);
    this.#start = at;
    if (code === 45 || (code >= 48 && code <= 57)) return this.#integer(text, at, end);
    const word = code === 116 ? 'true' : code === 102 ? 'false' : code === 110 ? 'null' : undefined;
    if (word === undefined || at + word.length > end || !text.startsWith(word, at)) return -1;
    this.#next = at + word.length;
    return word === 'null' ? NULL : this.#next;
  }

  #string(text: string, at: number, end: number): number {
    let i = at + 1;
    for (; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) break;
      if (code === BACKSLASH) return this.#escaped(text, at, i, end);
      if (code < SPACE) return -1;
    }
    if (i >= end) return -1;
    this.#start = at + 1;
    this.#next = i + 1;
    return i;
  }

  /** A string with escapes, which JSON.parse reads by itself. */
  #escaped(text: string, at: number, first: number, end: number): number {
    let i = first;
    for (; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) break;
      if (code === BACKSLASH) i++;
    }
    if (i >= end) return -1;
    try {
      this.#made = JSON.parse(text.slice(at, i + 1)) as string;
    } catch {
      return -1;
    }
    this.#start = 0;
    this.#next = i + 1;
    return this.#made.length;
  }

  /** An integer in the form that JSON writes it. */
  #integer(text: string, start: number, end: number): number {
    const first = text.charCodeAt(start) === 45 ? start + 1 : start;
    let i = first;
    while (i < end && text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57) i++;
    const digits = i - first;
    if (digits === 0 || digits > MOST_DIGITS) return -1;
    // "-0" is 0, "01" is no number, and behind the digits may stand a fraction.
    if (text.charCodeAt(first) === 48 && (digits > 1 || first !== start)) return -1;
    const code = i < end ? text.charCodeAt(i) : 0;
    if (code === 46 || code === 101 || code === 69) return -1;
    this.#next = i;
    return i;
  }
}

/** Stands for the end of a null. */
const NULL = 0x7fffffff;

/** @returns where the name that opens at `at` closes; -1 where it has escapes, or is none */
function endOfName(text: string, at: number, end: number): number {
  if (at >= end || text.charCodeAt(at) !== QUOTE) return -1;
  for (let i = at + 1; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH || code < SPACE) return -1;
  }
  return -1;
}

function afterSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== 9 && code !== 13 && code !== 10) break;
    at++;
  }
  return at;
}
