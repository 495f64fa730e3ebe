import { parseFormatString } from './format-string.ts';
import { OperatorParser } from './parse-operators.ts';
import { stringLiteral, unescapePython } from './string-literal.ts';
import type { Argument, ComprehensionPart, Expression, FormatPart, Parameter } from './syntax.ts';
import { KEYWORDS, TokenReader } from './token-reader.ts';

/**
 * Expressions, by the grammar of Python 3.
 * @see https://docs.python.org/3/reference/expressions.html
 */
export class ExpressionParser extends OperatorParser {
  /** One expression, or several with commas between as a tuple. */
  expressions(): Expression {
    return this.#tupleOf(() => this.#starOrNamed());
  }

  /** Targets of `for` and of comprehensions, which end before `in`. */
  targets(): Expression {
    return this.#tupleOf(() => this.target());
  }

  /** One target, which may be a tuple in parentheses. */
  target(): Expression {
    return this.reader.is('*') ? this.#star() : this.binary(0);
  }

  expression(): Expression {
    const { line } = this.reader;
    if (this.reader.is('lambda')) return this.#lambda();
    const then = this.or();
    if (!this.reader.take('if')) return then;
    const condition = this.or();
    this.reader.need('else');
    return { kind: 'conditional', line, condition, then, otherwise: this.expression() };
  }

  /** An expression, or `name := expression`. */
  named(): Expression {
    const { line } = this.reader;
    const value = this.expression();
    if (value.kind !== 'name' || !this.reader.take(':=')) return value;
    return { kind: 'named', line, target: value.name, value: this.expression() };
  }

  yieldOr(other: () => Expression): Expression {
    const { line } = this.reader;
    if (!this.reader.take('yield')) return other();
    if (this.reader.take('from')) return { kind: 'yield', line, value: this.expression(), isFrom: true };
    const ends = this.#endsHere();
    return { kind: 'yield', line, value: ends ? undefined : this.expressions(), isFrom: false };
  }

  /** Parameters up to `end`, of a function with types. */
  parameters(end: string): Parameter[] {
    const parameters: Parameter[] = [];
    let hasStar = false;
    while (!this.reader.is(end)) {
      if (this.reader.take('/')) {
        // Parameters before it are taken by position only, which no caller that runs notices.
      } else if (this.reader.take('**')) parameters.push(this.#parameter('double-star', end));
      else if (this.reader.take('*')) {
        hasStar = true;
        if (!this.reader.is(',')) parameters.push(this.#parameter('star', end));
      } else parameters.push(this.#parameter(hasStar ? 'keyword' : 'positional', end));
      if (!this.reader.take(',')) break;
    }
    return parameters;
  }

  args(): Argument[] {
    const args: Argument[] = [];
    this.reader.need('(');
    while (!this.reader.is(')')) {
      args.push(this.#argument());
      if (!this.reader.take(',')) break;
    }
    this.reader.need(')');
    return args;
  }

  #argument(): Argument {
    if (this.reader.take('**')) return { value: this.expression(), spread: '**' };
    if (this.reader.take('*')) return { value: this.expression(), spread: '*' };
    const { line } = this.reader;
    const value = this.named();
    if (value.kind === 'name' && this.reader.take('=')) return { name: value.name, value: this.expression() };
    if (!this.reader.is('for', 'async')) return { value };
    return { value: { kind: 'comprehension', line, of: 'generator', element: value, parts: this.#parts() } };
  }

  #parameter(kind: Parameter['kind'], end: string): Parameter {
    const name = this.reader.name();
    // A lambda's colon ends its parameters.
    if (end !== ':' && this.reader.take(':')) this.#starOrNamed();
    return this.reader.take('=') ? { name, kind, default: this.expression() } : { name, kind };
  }

  #lambda(): Expression {
    const { line } = this.reader;
    this.reader.need('lambda');
    const parameters = this.parameters(':');
    this.reader.need(':');
    return { kind: 'lambda', line, parameters, body: this.expression() };
  }

  /**
   * @param mayGenerate whether `for` after the first entry makes it a generator
   * @param isSubscript whether an entry may begin with a colon
   */
  #tupleOf(entry: () => Expression, mayGenerate = false, isSubscript = false): Expression {
    const { line } = this.reader;
    const first = entry();
    if (mayGenerate && this.reader.is('for', 'async')) {
      return { kind: 'comprehension', line, of: 'generator', element: first, parts: this.#parts() };
    }
    if (!this.reader.is(',')) return first;
    const entries = [first];
    while (this.reader.take(',') && !this.#endsHere(isSubscript)) entries.push(entry());
    return { kind: 'tuple', line, entries };
  }

  /** Whether no expression can begin here. */
  #endsHere(isSubscript = false): boolean {
    const { kind, text } = this.reader.token;
    if (kind === 'newline' || kind === 'end') return true;
    if (isSubscript && text === ':') return false;
    if (kind === 'operator') return ['=', ')', ']', '}', ';', ':'].includes(text);
    return kind === 'name' && ['in', 'for', 'if', 'else'].includes(text);
  }

  #starOrNamed(): Expression {
    return this.reader.is('*') ? this.#star() : this.named();
  }

  #star(): Expression {
    const { line } = this.reader;
    this.reader.need('*');
    return { kind: 'star', line, value: this.binary(0) };
  }

  protected override primary(): Expression {
    let value = this.#atom();
    for (;;) {
      const { line } = this.reader;
      if (this.reader.take('.')) value = { kind: 'attribute', line, object: value, name: this.reader.next().text };
      else if (this.reader.is('(')) value = { kind: 'call', line, callee: value, args: this.args() };
      else if (this.reader.take('[')) {
        value = { kind: 'item', line, object: value, index: this.#tupleOf(() => this.#subscript(), false, true) };
        this.reader.need(']');
      } else return value;
    }
  }

  #subscript(): Expression {
    const { line } = this.reader;
    const bound = (): Expression | undefined => (this.reader.is(':', ']', ',') ? undefined : this.expression());
    const from = this.reader.is(':') ? undefined : this.#starOrNamed();
    if (!this.reader.take(':')) return from!;
    const to = bound();
    const step = this.reader.take(':') ? bound() : undefined;
    return { kind: 'slice', line, from, to, step };
  }

  #atom(): Expression {
    const { line, token } = this.reader;
    if (token.kind === 'string') return this.#strings();
    if (token.kind === 'number') {
      this.reader.next();
      return numberOf(token.text, line);
    }
    if (this.reader.take('(')) return this.#parenthesised(line);
    if (this.reader.take('[')) return this.#list(line);
    if (this.reader.take('{')) return this.#braces(line);
    if (this.reader.take('...')) return { kind: 'ellipsis', line };
    if (this.reader.take('None')) return { kind: 'constant', line, value: null };
    if (this.reader.take('True')) return { kind: 'constant', line, value: true };
    if (this.reader.take('False')) return { kind: 'constant', line, value: false };
    if (token.kind === 'name' && !KEYWORDS.has(token.text)) return { kind: 'name', line, name: this.reader.name() };
    throw this.reader.error('an expression');
  }

  #parenthesised(line: number): Expression {
    if (this.reader.take(')')) return { kind: 'tuple', line, entries: [] };
    const value = this.yieldOr(() => this.#tupleOf(() => this.#starOrNamed(), true));
    this.reader.need(')');
    return value;
  }

  #list(line: number): Expression {
    const entries: Expression[] = [];
    while (!this.reader.is(']')) {
      entries.push(this.#starOrNamed());
      if (entries.length === 1 && this.reader.is('for', 'async')) {
        const parts = this.#parts();
        this.reader.need(']');
        return { kind: 'comprehension', line, of: 'list', element: entries[0]!, parts };
      }
      if (!this.reader.take(',')) break;
    }
    this.reader.need(']');
    return { kind: 'list', line, entries };
  }

  #braces(line: number): Expression {
    const pairs: { key: Expression | undefined; value: Expression }[] = [];
    const entries: Expression[] = [];
    while (!this.reader.is('}')) {
      if (this.reader.take('**')) pairs.push({ key: undefined, value: this.binary(0) });
      else {
        const key = this.#starOrNamed();
        if (this.reader.take(':')) pairs.push({ key, value: this.expression() });
        else entries.push(key);
      }
      if (pairs.length + entries.length === 1 && this.reader.is('for', 'async')) {
        const parts = this.#parts();
        this.reader.need('}');
        const [pair] = pairs;
        return pair === undefined
          ? { kind: 'comprehension', line, of: 'set', element: entries[0]!, parts }
          : { kind: 'comprehension', line, of: 'dict', element: pair.key!, value: pair.value, parts };
      }
      if (!this.reader.take(',')) break;
    }
    this.reader.need('}');
    return entries.length > 0 ? { kind: 'set', line, entries } : { kind: 'dict', line, pairs };
  }

  #parts(): ComprehensionPart[] {
    const parts: ComprehensionPart[] = [];
    while (this.reader.is('for', 'async')) {
      if (this.reader.take('async')) throw this.reader.error('no async');
      this.reader.need('for');
      const target = this.targets();
      this.reader.need('in');
      const source = this.or();
      const conditions: Expression[] = [];
      while (this.reader.take('if')) conditions.push(this.#conditionOfPart());
      parts.push({ target, source, conditions });
    }
    return parts;
  }

  #conditionOfPart(): Expression {
    const { line } = this.reader;
    const value = this.or();
    if (value.kind !== 'name' || !this.reader.take(':=')) return value;
    return { kind: 'named', line, target: value.name, value: this.expression() };
  }

  /** Texts that stand one after the other are one. */
  #strings(): Expression {
    const { line } = this.reader;
    const parts: FormatPart[] = [];
    let isBytes = false;
    while (this.reader.token.kind === 'string') {
      const literal = stringLiteral(this.reader.next());
      isBytes ||= literal.isBytes;
      if (literal.isFormat) parts.push(...parseFormatString(literal, parseAlone));
      else parts.push(literal.isRaw ? literal.body : unescapePython(literal.body));
    }
    if (isBytes) return { kind: 'bytes', line };
    if (parts.every((part) => typeof part === 'string')) return { kind: 'constant', line, value: parts.join('') };
    return { kind: 'format', line, parts };
  }
}

/** The expression of a replacement, which in parentheses may stand over several lines. */
function parseAlone(source: string): Expression {
  const reader = new TokenReader(`(${source})`);
  const value = new ExpressionParser(reader).expressions();
  if (reader.token.kind !== 'newline') throw reader.error('the end of a replacement');
  return value;
}

function numberOf(text: string, line: number): Expression {
  const plain = text.replaceAll('_', '');
  if (/[jJ]$/.test(plain)) return { kind: 'complex', line };
  if (/^0[xXoObB]/.test(plain) || /^\d+$/.test(plain)) return { kind: 'constant', line, value: BigInt(plain) };
  return { kind: 'constant', line, value: Number(plain) };
}
