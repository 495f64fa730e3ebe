import { type Token, tokenizePython } from './tokens.ts';

/** Words that are no names. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del'],
  ...['elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal'],
  ...['not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield'],
]);

/** Steps through the tokens of a text. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws SyntaxError */
  constructor(text: string) {
    this.#tokens = tokenizePython(text);
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  get line(): number {
    return this.token.line;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  /** Whether the token is this operator or word. */
  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.token;
    return (kind === 'operator' || kind === 'name') && texts.includes(text);
  }

  /** Whether the tokens from here on are these operators or words. */
  isSequence(...texts: readonly string[]): boolean {
    return texts.every((text, i) => this.#tokens[this.#at + i]?.text === text);
  }

  /** Whether a parenthesis opens here and `text` follows the one that closes it. */
  isClosedBefore(text: string): boolean {
    if (!this.is('(')) return false;
    let depth = 0;
    for (let at = this.#at; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at]!;
      if (token.kind !== 'operator') continue;
      if ('([{'.includes(token.text)) depth += 1;
      if (')]}'.includes(token.text)) depth -= 1;
      if (depth === 0) return this.#tokens[at + 1]?.text === text;
    }
    return false;
  }

  take(...texts: readonly string[]): boolean {
    if (!this.is(...texts)) return false;
    this.#at += 1;
    return true;
  }

  need(text: string): void {
    if (!this.take(text)) throw this.error(`"${text}"`);
  }

  takeKind(kind: Token['kind']): boolean {
    if (this.token.kind !== kind) return false;
    this.next();
    return true;
  }

  /** A name that is no keyword. */
  name(): string {
    const { kind, text } = this.token;
    if (kind !== 'name' || KEYWORDS.has(text)) throw this.error('a name');
    this.next();
    return text;
  }

  error(wanted: string): SyntaxError {
    const shown = this.token.kind === 'operator' || this.token.kind === 'name' ? this.token.text : this.token.kind;
    return new SyntaxError(`line ${this.line} has "${shown}" where ${wanted} is wanted`);
  }
}
