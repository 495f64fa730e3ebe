const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', '0': '\0' },
};
const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
/** A pattern that counts further would be too large. */
const MOST_COUNTED = 1000;

/** A pattern, character by character. */
export class PatternReader {
  readonly #characters: readonly string[];
  at = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  get isDone(): boolean {
    return this.at >= this.#characters.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#characters[this.at] ?? '';
  }

  get rest(): string {
    return this.#characters.slice(this.at).join('');
  }

  read(): string {
    if (this.isDone) throw new SyntaxError('the pattern ends too early');
    this.at += 1;
    return this.#characters[this.at - 1]!;
  }

  skip(count: number): void {
    this.at += count;
  }

  /** Goes past a text if it stands here. */
  take(text: string): boolean {
    for (let i = 0; i < text.length; i += 1) if (this.#characters[this.at + i] !== text[i]) return false;
    this.at += text.length;
    return true;
  }

  until(end: string): string {
    const from = this.at;
    while (this.next !== end) this.read();
    this.at += 1;
    return this.#characters.slice(from, this.at - 1).join('');
  }

  /** The character that an escape stands for, behind its backslash. */
  escaped(): string {
    const letter = this.read();
    const digits = HEX[letter];
    if (digits !== undefined) {
      const written = Array.from({ length: digits }, () => this.read()).join('');
      const code = /^[0-9a-f]+$/i.test(written) ? Number.parseInt(written, 16) : 0x110000;
      if (code > 0x10ffff) throw new SyntaxError(`incomplete escape \\${letter}${written}`);
      return String.fromCodePoint(code);
    }
    const found = ESCAPES[letter];
    if (found === undefined && /[a-zA-Z0-9]/.test(letter)) throw new SyntaxError(`bad escape \\${letter}`);
    return found ?? letter;
  }

  /** `*`, `+`, `?` or `{n,m}`; a brace that counts nothing is a character. */
  repeat(): { readonly least: number; readonly most: number } | undefined {
    if (this.take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { least: 0, most: 1 };
    const [whole, from, comma, to] = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.rest.slice(0, 20)) ?? [];
    if (whole === undefined || (from === '' && comma === undefined) || whole === '{}') return undefined;
    this.skip(whole.length);
    const least = Number(from);
    const most = comma === undefined ? least : to === '' ? Number.POSITIVE_INFINITY : Number(to);
    if (most < least) throw new SyntaxError('min repeat greater than max repeat');
    if (least > MOST_COUNTED || (most > MOST_COUNTED && most !== Number.POSITIVE_INFINITY)) {
      throw new SyntaxError(`a count above ${MOST_COUNTED} is not supported`);
    }
    return { least, most };
  }
}
