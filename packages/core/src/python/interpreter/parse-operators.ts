import type { Expression } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

/** Operators of two sides from the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];
const COMPARISONS = ['<', '>', '==', '>=', '<=', '!=', 'in', 'not', 'is'];

/** Operators by how tightly they bind. @see https://docs.python.org/3/reference/expressions.html#operator-precedence */
export abstract class OperatorParser {
  protected readonly reader: TokenReader;

  constructor(reader: TokenReader) {
    this.reader = reader;
  }

  /** An atom with its calls, members and subscripts. */
  protected abstract primary(): Expression;

  protected or(): Expression {
    return this.#logic('or', () => this.#logic('and', () => this.#not()));
  }

  #logic(operator: 'and' | 'or', side: () => Expression): Expression {
    const { line } = this.reader;
    let left = side();
    while (this.reader.take(operator)) left = { kind: 'logic', line, operator, left, right: side() };
    return left;
  }

  #not(): Expression {
    const { line } = this.reader;
    if (this.reader.take('not')) return { kind: 'unary', line, operator: 'not', operand: this.#not() };
    return this.#comparison();
  }

  #comparison(): Expression {
    const { line } = this.reader;
    const first = this.binary(0);
    const rest: { operator: string; operand: Expression }[] = [];
    while (this.reader.is(...COMPARISONS)) {
      let operator = this.reader.next().text;
      if (operator === 'not') {
        this.reader.need('in');
        operator = 'not in';
      } else if (operator === 'is' && this.reader.take('not')) operator = 'is not';
      rest.push({ operator, operand: this.binary(0) });
    }
    return rest.length === 0 ? first : { kind: 'compare', line, first, rest };
  }

  protected binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    const { line } = this.reader;
    let left = this.binary(level + 1);
    while (this.reader.token.kind === 'operator' && operators.includes(this.reader.token.text)) {
      const operator = this.reader.next().text;
      left = { kind: 'binary', line, operator, left, right: this.binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    const { line } = this.reader;
    if (this.reader.is('+', '-', '~')) {
      const operator = this.reader.next().text;
      return { kind: 'unary', line, operator, operand: this.#unary() };
    }
    const left = this.reader.take('await') ? ({ kind: 'await', line, value: this.primary() } as const) : this.primary();
    return this.reader.take('**') ? { kind: 'binary', line, operator: '**', left, right: this.#unary() } : left;
  }
}
