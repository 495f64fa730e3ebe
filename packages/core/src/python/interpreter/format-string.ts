import { type StringLiteral, unescapePython } from './string-literal.ts';
import type { Expression, FormatPart } from './syntax.ts';

type Parse = (source: string) => Expression;

/** The parts of an f-string. @param parse parses what stands in braces @throws SyntaxError */
export function parseFormatString({ body, isRaw }: StringLiteral, parse: Parse): FormatPart[] {
  return new FormatReader(body, isRaw, parse).parts(false);
}

class FormatReader {
  readonly #body: string;
  readonly #isRaw: boolean;
  readonly #parse: Parse;
  #at = 0;

  constructor(body: string, isRaw: boolean, parse: Parse) {
    this.#body = body;
    this.#isRaw = isRaw;
    this.#parse = parse;
  }

  /** @param inSpec whether a closing brace ends them */
  parts(inSpec: boolean): FormatPart[] {
    const parts: FormatPart[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') parts.push(this.#isRaw ? text : unescapePython(text));
      text = '';
    };
    while (this.#at < this.#body.length) {
      const character = this.#body[this.#at]!;
      const isDouble = !inSpec && this.#body[this.#at + 1] === character;
      if (character === '\\' && this.#body[this.#at + 1] === 'N') throw new SyntaxError('\\N{…} is not known here');
      if (character === '{' && !isDouble) {
        flush();
        parts.push(...this.#replacement());
      } else if (character === '}' && inSpec) break;
      else if (character === '}' && !isDouble) throw new SyntaxError('a single "}" in an f-string');
      else if (character === '\\') {
        text += this.#body.slice(this.#at, this.#at + 2);
        this.#at += 2;
      } else {
        text += character;
        this.#at += (character === '{' || character === '}') && isDouble ? 2 : 1;
      }
    }
    flush();
    return parts;
  }

  #replacement(): FormatPart[] {
    this.#at += 1;
    const source = this.#expressionText();
    // `{x = }` shows its own text.
    const shows = /(?<![=!<>])=\s*$/.test(source);
    let conversion = '';
    let spec: FormatPart[] = [];
    if (this.#body[this.#at] === '!') {
      conversion = this.#body[this.#at + 1] ?? '';
      this.#at += 2;
    }
    if (this.#body[this.#at] === ':') {
      this.#at += 1;
      spec = this.parts(true);
    }
    if (this.#body[this.#at] !== '}') throw new SyntaxError('an f-string has no "}"');
    this.#at += 1;
    const value = this.#parse(shows ? source.replace(/=\s*$/, '') : source);
    if (!shows) return [{ value, conversion, spec }];
    return [source, { value, conversion: conversion === '' && spec.length === 0 ? 'r' : conversion, spec }];
  }

  /** The text up to the `!`, `:` or `}` that ends the expression. */
  #expressionText(): string {
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.#body.length; this.#at += 1) {
      const character = this.#body[this.#at]!;
      if (character === '"' || character === "'") this.#skipText(character);
      else if ('([{'.includes(character)) depth += 1;
      else if (depth > 0 && ')]}'.includes(character)) depth -= 1;
      else if (depth === 0 && this.#endsExpression(character)) break;
    }
    return this.#body.slice(start, this.#at);
  }

  #endsExpression(character: string): boolean {
    if (character === '}' || character === ':') return true;
    return character === '!' && this.#body[this.#at + 1] !== '=';
  }

  #skipText(quote: string): void {
    const end = this.#body.indexOf(quote, this.#at + 1);
    if (end < 0) throw new SyntaxError('an f-string has a text without end');
    this.#at = end;
  }
}
