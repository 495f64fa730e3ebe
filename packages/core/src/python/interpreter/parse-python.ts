import { ExpressionParser } from './parse-expression.ts';
import type { Argument, ExceptClause, Expression, Parameter, Statement } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

const UPDATES = ['+=', '-=', '*=', '/=', '//=', '%=', '**=', '&=', '|=', '^=', '<<=', '>>=', '@='];

/**
 * The statements of a Python file.
 * @throws SyntaxError for what is no Python 3, or for `match`
 * @example parsePython('def f(doc):\n    return doc["a"].strip()\n')
 */
export function parsePython(text: string): Statement[] {
  return new StatementParser(new TokenReader(text)).file();
}

class StatementParser extends ExpressionParser {
  file(): Statement[] {
    const statements: Statement[] = [];
    this.reader.takeKind('newline');
    while (!this.reader.takeKind('end')) statements.push(...this.#statement());
    return statements;
  }

  #statement(): Statement[] {
    const { reader } = this;
    if (reader.is('@')) return [this.#decorated()];
    if (reader.is('def', 'class')) return [this.#definition([])];
    if (reader.isSequence('async', 'def')) return [this.#definition([])];
    if (reader.is('if')) return [this.#if()];
    if (reader.is('while')) return [this.#while()];
    if (reader.is('for')) return [this.#for()];
    if (reader.is('try')) return [this.#try()];
    if (reader.is('with')) return [this.#with()];
    return this.#simpleLine();
  }

  #simpleLine(): Statement[] {
    const statements = [this.#simple()];
    while (this.reader.take(';')) {
      if (this.reader.token.kind === 'newline') break;
      statements.push(this.#simple());
    }
    if (!this.reader.takeKind('newline')) throw this.reader.error('the end of the line');
    return statements;
  }

  #simple(): Statement {
    const { reader } = this;
    const { line } = reader;
    if (reader.take('pass')) return { kind: 'pass', line };
    if (reader.take('break')) return { kind: 'break', line };
    if (reader.take('continue')) return { kind: 'continue', line };
    if (reader.take('return')) return { kind: 'return', line, value: this.#optional() };
    if (reader.take('raise')) return this.#raise(line);
    if (reader.take('del')) return { kind: 'delete', line, targets: listOf(this.expressions()) };
    if (reader.is('global', 'nonlocal')) return this.#scope(line);
    if (reader.is('import', 'from')) return this.#import(line);
    if (reader.take('assert')) {
      const condition = this.expression();
      return { kind: 'assert', line, condition, message: reader.take(',') ? this.expression() : undefined };
    }
    return this.#assignment(line);
  }

  #optional(): Expression | undefined {
    const { kind, text } = this.reader.token;
    return kind === 'newline' || text === ';' ? undefined : this.expressions();
  }

  #raise(line: number): Statement {
    const value = this.#optional();
    if (this.reader.take('from')) this.expression();
    return { kind: 'raise', line, value };
  }

  #scope(line: number): Statement {
    const isGlobal = this.reader.next().text === 'global';
    const names = [this.reader.name()];
    while (this.reader.take(',')) names.push(this.reader.name());
    return { kind: 'scope', line, isGlobal, names };
  }

  #assignment(line: number): Statement {
    const first = this.yieldOr(() => this.expressions());
    if (this.reader.take(':')) {
      this.expression();
      if (!this.reader.take('=')) return { kind: 'annotate', line };
      return { kind: 'assign', line, targets: [first], value: this.yieldOr(() => this.expressions()) };
    }
    const { kind, text } = this.reader.token;
    if (kind === 'operator' && UPDATES.includes(text)) {
      this.reader.next();
      const operator = text.slice(0, -1);
      return { kind: 'update', line, target: first, operator, value: this.yieldOr(() => this.expressions()) };
    }
    const sides = [first];
    while (this.reader.take('=')) sides.push(this.yieldOr(() => this.expressions()));
    if (sides.length === 1) return { kind: 'expression', line, value: first };
    return { kind: 'assign', line, targets: sides.slice(0, -1), value: sides.at(-1)! };
  }

  #import(line: number): Statement {
    const { reader } = this;
    if (reader.take('import')) return { kind: 'import', line, from: undefined, names: this.#imported() };
    reader.need('from');
    let from = '';
    while (reader.is('.', '...')) from += reader.next().text;
    if (!reader.is('import')) from += this.#dotted();
    reader.need('import');
    if (reader.take('*')) return { kind: 'import', line, from, names: [{ name: '*', as: undefined }] };
    const hasParentheses = reader.take('(');
    const names = this.#imported();
    if (hasParentheses) reader.need(')');
    return { kind: 'import', line, from, names };
  }

  #imported(): { name: string; as: string | undefined }[] {
    const names: { name: string; as: string | undefined }[] = [];
    do {
      if (this.reader.is(')')) break;
      const name = this.#dotted();
      names.push({ name, as: this.reader.take('as') ? this.reader.name() : undefined });
    } while (this.reader.take(','));
    return names;
  }

  #dotted(): string {
    let name = this.reader.name();
    while (this.reader.take('.')) name += `.${this.reader.name()}`;
    return name;
  }

  #decorated(): Statement {
    const decorators: Expression[] = [];
    while (this.reader.take('@')) {
      decorators.push(this.named());
      if (!this.reader.takeKind('newline')) throw this.reader.error('the end of the line');
    }
    return this.#definition(decorators);
  }

  #definition(decorators: readonly Expression[]): Statement {
    const { line } = this.reader;
    const isAsync = this.reader.take('async');
    if (this.reader.take('class')) {
      const name = this.reader.name();
      const bases: Argument[] = this.reader.is('(') ? this.args() : [];
      return { kind: 'class', line, name, bases, body: this.#block(), decorators };
    }
    this.reader.need('def');
    const name = this.reader.name();
    this.reader.need('(');
    const parameters: Parameter[] = this.parameters(')');
    this.reader.need(')');
    if (this.reader.take('->')) this.expressions();
    return { kind: 'function', line, name, parameters, body: this.#block(), decorators, isAsync };
  }

  #block(): Statement[] {
    this.reader.need(':');
    if (!this.reader.takeKind('newline')) return this.#simpleLine();
    if (!this.reader.takeKind('indent')) throw this.reader.error('an indented block');
    const statements: Statement[] = [];
    while (!this.reader.takeKind('dedent')) statements.push(...this.#statement());
    return statements;
  }

  #if(): Statement {
    const { line } = this.reader;
    this.reader.next();
    const condition = this.named();
    const body = this.#block();
    if (this.reader.is('elif')) return { kind: 'if', line, condition, body, otherwise: [this.#if()] };
    return { kind: 'if', line, condition, body, otherwise: this.#else() };
  }

  #else(): Statement[] {
    return this.reader.take('else') ? this.#block() : [];
  }

  #while(): Statement {
    const { line } = this.reader;
    this.reader.need('while');
    const condition = this.named();
    return { kind: 'while', line, condition, body: this.#block(), otherwise: this.#else() };
  }

  #for(): Statement {
    const { line } = this.reader;
    this.reader.need('for');
    const target = this.targets();
    this.reader.need('in');
    const source = this.expressions();
    return { kind: 'for', line, target, source, body: this.#block(), otherwise: this.#else() };
  }

  #try(): Statement {
    const { line } = this.reader;
    this.reader.need('try');
    const body = this.#block();
    const clauses: ExceptClause[] = [];
    while (this.reader.take('except')) {
      const type = this.reader.is(':') ? undefined : this.expressions();
      const name = this.reader.take('as') ? this.reader.name() : undefined;
      clauses.push({ type, name, body: this.#block() });
    }
    const otherwise = this.#else();
    const last = this.reader.take('finally') ? this.#block() : [];
    return { kind: 'try', line, body, clauses, otherwise, last };
  }

  #with(): Statement {
    const { line } = this.reader;
    this.reader.need('with');
    const items: { value: Expression; target: Expression | undefined }[] = [];
    const hasParentheses = this.reader.isClosedBefore(':') && this.reader.take('(');
    do {
      if (this.reader.is(')')) break;
      const value = this.expression();
      items.push({ value, target: this.reader.take('as') ? this.target() : undefined });
    } while (this.reader.take(','));
    if (hasParentheses) this.reader.need(')');
    return { kind: 'with', line, items, body: this.#block() };
  }
}

const listOf = (value: Expression): readonly Expression[] => (value.kind === 'tuple' ? value.entries : [value]);
