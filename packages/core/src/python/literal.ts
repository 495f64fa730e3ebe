/**
 * Python's `ast.literal_eval` for what data is written with: texts, numbers, lists, tuples (as lists), dicts, True, False
 * and None. @throws SyntaxError for anything else
 */
export function pythonLiteral(text: string): unknown {
  const reader = new LiteralReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const WORDS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };
const TOKEN = /[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    this.#space();
    const first = this.#text[this.#at];
    if (first === '[') return this.#list(']').entries;
    if (first === '(') {
      const { entries, comma } = this.#list(')');
      return entries.length === 1 && !comma ? entries[0] : entries;
    }
    if (first === '{') return this.#dict();
    if (first === "'" || first === '"') return this.#strings();
    return this.#word();
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#error();
  }

  #list(close: string): { entries: unknown[]; comma: boolean } {
    const entries: unknown[] = [];
    let comma = false;
    this.#at += 1;
    while (!this.#take(close)) {
      if (entries.length > 0 && !comma) throw this.#error();
      entries.push(this.value());
      comma = this.#take(',');
    }
    return { entries, comma };
  }

  #dict(): Record<string, unknown> {
    const entries: Record<string, unknown> = {};
    let comma = true;
    this.#at += 1;
    while (!this.#take('}')) {
      if (!comma) throw this.#error();
      const key = this.value();
      if (!this.#take(':')) throw this.#error();
      entries[String(key)] = this.value();
      comma = this.#take(',');
    }
    return entries;
  }

  /** Texts that stand one after the other are one. */
  #strings(): string {
    let text = '';
    for (;;) {
      this.#space();
      const quote = this.#text[this.#at];
      if (quote !== "'" && quote !== '"') return text;
      text += this.#string(quote);
    }
  }

  #string(quote: string): string {
    const long = this.#text.startsWith(quote.repeat(3), this.#at);
    const close = long ? quote.repeat(3) : quote;
    let text = '';
    this.#at += close.length;
    while (!this.#text.startsWith(close, this.#at)) {
      const character = this.#text[this.#at];
      if (character === undefined || (character === '\n' && !long)) throw this.#error();
      this.#at += 1;
      text += character === '\\' ? this.#escape() : character;
    }
    this.#at += close.length;
    return text;
  }

  #escape(): string {
    const escaped = this.#text[this.#at++] ?? '';
    const digits = { x: 2, u: 4, U: 8 }[escaped];
    if (digits !== undefined) {
      const code = this.#text.slice(this.#at, this.#at + digits);
      if (!/^[\da-fA-F]+$/.test(code) || code.length < digits) throw this.#error();
      this.#at += digits;
      return String.fromCodePoint(Number.parseInt(code, 16));
    }
    if (escaped === '\n') return '';
    if (escaped === '0') return '\0';
    return ESCAPES[escaped] ?? (/['"\\]/.test(escaped) ? escaped : `\\${escaped}`);
  }

  #word(): unknown {
    TOKEN.lastIndex = this.#at;
    const word = TOKEN.exec(this.#text)?.[0];
    if (word === undefined) throw this.#error();
    this.#at += word.length;
    if (word in WORDS) return WORDS[word];
    // Python refuses whole numbers that begin with 0.
    if (!/^[-+]?[\d.]/.test(word) || /^[-+]?0\d+$/.test(word)) throw this.#error();
    return Number(word.replaceAll('_', ''));
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #error(): SyntaxError {
    return new SyntaxError(
      `no Python literal at character ${this.#at + 1} of ${JSON.stringify(this.#text.slice(0, 80))}`,
    );
  }
}
