/** A piece of a Python text. Strings keep their prefix and quotes. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end';
  readonly text: string;
  readonly line: number;
}

const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const NUMBER =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?[jJ]?)/y;
const OPERATOR =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|@=|\*\*|\/\/|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=]/y;
const STRING_START = /(?:[rR]?[fFbBuU]?|[fFbB][rR])?("""|'''|"|')/y;

/**
 * Cuts a Python text into tokens, with a token for each step of indentation.
 * @throws SyntaxError
 */
export function tokenizePython(text: string): Token[] {
  return new Tokenizer(text.replaceAll(/\r\n?/g, '\n').replace(/^\uFEFF/, '')).all();
}

class Tokenizer {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #depth = 0;
  readonly #indents = [0];
  readonly #tokens: Token[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  all(): Token[] {
    let startsLine = true;
    while (this.#at < this.#text.length) {
      if (startsLine && this.#depth === 0) {
        startsLine = false;
        if (this.#blankLine()) {
          startsLine = true;
          continue;
        }
        this.#indentation();
      }
      if (this.#space()) continue;
      if (this.#at >= this.#text.length) break;
      if (this.#text[this.#at] === '\n') {
        if (this.#depth === 0) {
          this.#push('newline', '\n');
          startsLine = true;
        }
        this.#at += 1;
        this.#line += 1;
        continue;
      }
      this.#token();
    }
    if (this.#tokens.at(-1)?.kind !== 'newline') this.#push('newline', '\n');
    while (this.#indents.length > 1) {
      this.#indents.pop();
      this.#push('dedent', '');
    }
    this.#push('end', '');
    return this.#tokens;
  }

  /** Skips a line that holds nothing, or a comment alone. */
  #blankLine(): boolean {
    const match = /[ \t\f]*(?:#[^\n]*)?(\n|$)/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#text);
    if (found === null) return false;
    this.#at += found[0].length;
    this.#line += 1;
    return true;
  }

  #indentation(): void {
    let width = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === ' ') width += 1;
      else if (character === '\t') width += 8 - (width % 8);
      else if (character !== '\f') break;
    }
    if (width > this.#indents.at(-1)!) {
      this.#indents.push(width);
      this.#push('indent', '');
    }
    while (width < this.#indents.at(-1)!) {
      this.#indents.pop();
      if (width > this.#indents.at(-1)!) throw this.#error('indentation that fits no block');
      this.#push('dedent', '');
    }
  }

  /** Skips white space, comments and continued lines. @returns whether there was any */
  #space(): boolean {
    const match = /[ \t\f]+|#[^\n]*|\\\n/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#text)?.[0];
    if (found === undefined) return false;
    if (found === '\\\n') this.#line += 1;
    this.#at += found.length;
    return true;
  }

  #token(): void {
    if (this.#string()) return;
    const name = this.#take(NAME);
    const number = name === undefined ? this.#take(NUMBER) : undefined;
    if (name !== undefined) this.#push('name', name.normalize('NFKC'));
    else if (number !== undefined) this.#push('number', number);
    else this.#operator();
  }

  #operator(): void {
    const operator = this.#take(OPERATOR);
    if (operator === undefined) throw this.#error(`the character ${JSON.stringify(this.#text[this.#at])}`);
    if ('([{'.includes(operator)) this.#depth += 1;
    if (')]}'.includes(operator)) this.#depth -= 1;
    this.#push('operator', operator);
  }

  #string(): boolean {
    STRING_START.lastIndex = this.#at;
    const found = STRING_START.exec(this.#text);
    if (found === null) return false;
    const quote = found[1]!;
    const start = this.#at;
    const startLine = this.#line;
    let at = start + found[0].length;
    while (!this.#text.startsWith(quote, at)) {
      const character = this.#text[at];
      if (character === undefined || (character === '\n' && quote.length === 1)) {
        throw this.#error('a text without end');
      }
      if (character === '\n') this.#line += 1;
      if (character === '\\' && this.#text[at + 1] === '\n') this.#line += 1;
      at += character === '\\' ? 2 : 1;
    }
    this.#at = at + quote.length;
    this.#tokens.push({ kind: 'string', text: this.#text.slice(start, this.#at), line: startLine });
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #push(kind: Token['kind'], text: string): void {
    this.#tokens.push({ kind, text, line: this.#line });
  }

  #error(what: string): SyntaxError {
    return new SyntaxError(`line ${this.#line} has ${what}`);
  }
}
