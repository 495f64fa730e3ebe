import { attributeOf } from './attributes.ts';
import { Budget } from './budget.ts';
import { builtins } from './builtins.ts';
import { makeFunction } from './call-function.ts';
import { formatValue } from './format-value.ts';
import { Frame } from './frame.ts';
import { binary, compared } from './operators.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { itemOf, Slice, setItem } from './sequences.ts';
import { repr, str } from './show.ts';
import type { Argument, ComprehensionPart, Expression, FormatPart, Statement } from './syntax.ts';
import {
  asNumber,
  Callable,
  Dict,
  isTrue,
  iterate,
  type Keywords,
  PythonIterator,
  PythonSet,
  Tuple,
  typeNameOf,
  type Value,
} from './values.ts';

/** Expressions of Python, and what they are assigned to. @see https://docs.python.org/3/reference/expressions.html */
export abstract class Evaluator {
  readonly budget: Budget;
  readonly builtins: ReadonlyMap<string, Value>;

  constructor(budget = new Budget()) {
    this.budget = budget;
    this.builtins = builtins(budget);
  }

  /** What the body of a function returns. */
  abstract runBody(statements: readonly Statement[], frame: Frame): Value;

  /** @throws PythonError what the program raises @throws NotInterpreted for what is not known, and beyond the budget */
  evaluate(expression: Expression, frame: Frame): Value {
    this.budget.spend();
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'name':
        return frame.get(expression.name, this.builtins);
      case 'format':
        return this.#format(expression.parts, frame);
      case 'list':
        return this.#entries(expression.entries, frame);
      case 'tuple':
        return new Tuple(this.#entries(expression.entries, frame));
      case 'set':
        return new PythonSet(this.#entries(expression.entries, frame));
      case 'dict':
        return this.#dict(expression, frame);
      case 'comprehension':
        return this.#comprehension(expression, frame);
      case 'unary':
        return this.#unary(expression.operator, this.evaluate(expression.operand, frame));
      case 'binary':
        return binary(
          expression.operator,
          this.evaluate(expression.left, frame),
          this.evaluate(expression.right, frame),
          this.budget,
        );
      case 'logic': {
        const left = this.evaluate(expression.left, frame);
        return isTrue(left) === (expression.operator === 'or') ? left : this.evaluate(expression.right, frame);
      }
      case 'compare':
        return this.#compare(expression, frame);
      case 'conditional':
        return this.evaluate(
          isTrue(this.evaluate(expression.condition, frame)) ? expression.then : expression.otherwise,
          frame,
        );
      case 'lambda': {
        const { line, parameters, body } = expression;
        const returns: Statement = { kind: 'return', line, value: body };
        return makeFunction(this, { name: '<lambda>', parameters, body: [returns] }, frame);
      }
      case 'call':
        return this.#call(expression, frame);
      case 'attribute':
        return attributeOf(this.evaluate(expression.object, frame), expression.name, this.budget);
      case 'item':
        return itemOf(this.evaluate(expression.object, frame), this.evaluate(expression.index, frame));
      case 'slice': {
        const bound = (each: Expression | undefined) => (each === undefined ? undefined : this.evaluate(each, frame));
        return new Slice(bound(expression.from), bound(expression.to), bound(expression.step));
      }
      case 'named': {
        const value = this.evaluate(expression.value, frame);
        frame.owner.set(expression.target, value);
        return value;
      }
      case 'yield':
        return this.#yield(expression, frame);
      default:
        throw new NotInterpreted(`line ${expression.line}: ${expression.kind}`);
    }
  }

  call(callee: Value, args: readonly Value[], keywords: Keywords = new Map()): Value {
    if (callee instanceof Callable) return this.budget.within(() => callee.call(args, keywords));
    return raise('TypeError', `'${typeNameOf(callee)}' object is not callable`);
  }

  #call({ callee, args }: Expression & { kind: 'call' }, frame: Frame): Value {
    const called = this.evaluate(callee, frame);
    const { positional, keywords } = this.argumentsOf(args, frame);
    return this.call(called, positional, keywords);
  }

  protected argumentsOf(
    args: readonly Argument[],
    frame: Frame,
  ): { positional: Value[]; keywords: Map<string, Value> } {
    const positional: Value[] = [];
    const keywords = new Map<string, Value>();
    for (const { value, name, spread } of args) {
      const each = this.evaluate(value, frame);
      if (spread === '*') positional.push(...iterate(each));
      else if (spread === '**') {
        if (!(each instanceof Dict)) raise('TypeError', 'argument after ** must be a mapping');
        for (const [key, of] of each.pairs()) keywords.set(str(key), of);
      } else if (name === undefined) positional.push(each);
      else keywords.set(name, each);
    }
    return { positional, keywords };
  }

  #entries(entries: readonly Expression[], frame: Frame): Value[] {
    const values: Value[] = [];
    for (const entry of entries) {
      if (entry.kind === 'star') values.push(...iterate(this.evaluate(entry.value, frame)));
      else values.push(this.evaluate(entry, frame));
    }
    return values;
  }

  #dict({ pairs }: Expression & { kind: 'dict' }, frame: Frame): Dict {
    const dict = new Dict();
    for (const { key, value } of pairs) {
      const each = this.evaluate(value, frame);
      if (key !== undefined) dict.set(this.evaluate(key, frame), each);
      else if (each instanceof Dict) for (const pair of each.pairs()) dict.set(...pair);
      else raise('TypeError', `'${typeNameOf(each)}' object is not a mapping`);
    }
    return dict;
  }

  #comprehension(expression: Expression & { kind: 'comprehension' }, frame: Frame): Value {
    const own = new Frame(frame, true);
    const turns = this.#turns(expression.parts, own, frame);
    const { element, value } = expression;
    if (expression.of === 'dict') {
      const dict = new Dict();
      for (const _ of turns) dict.set(this.evaluate(element, own), this.evaluate(value!, own));
      return dict;
    }
    const evaluate = (): Value => this.evaluate(element, own);
    const values = (function* () {
      for (const _ of turns) yield evaluate();
    })();
    if (expression.of === 'generator') return new PythonIterator(values);
    return expression.of === 'set' ? new PythonSet(values) : [...values];
  }

  /** Goes through the turns of a comprehension; the names are set in `own` at each. */
  *#turns(parts: readonly ComprehensionPart[], own: Frame, outer: Frame): Generator<undefined> {
    const [part, ...rest] = parts;
    if (part === undefined) {
      yield undefined;
      return;
    }
    // The first source is evaluated outside.
    for (const value of iterate(this.evaluate(part.source, outer))) {
      this.budget.spend();
      this.assign(part.target, value, own);
      if (part.conditions.every((condition) => isTrue(this.evaluate(condition, own))))
        yield* this.#turns(rest, own, own);
    }
  }

  #compare({ first, rest }: Expression & { kind: 'compare' }, frame: Frame): boolean {
    let left = this.evaluate(first, frame);
    for (const { operator, operand } of rest) {
      const right = this.evaluate(operand, frame);
      if (!compared(operator, left, right)) return false;
      left = right;
    }
    return true;
  }

  #unary(operator: string, value: Value): Value {
    if (operator === 'not') return !isTrue(value);
    const number = asNumber(value);
    if (number === undefined)
      return raise('TypeError', `bad operand type for unary ${operator}: '${typeNameOf(value)}'`);
    if (operator === '-') return -number;
    if (operator === '+') return number;
    return typeof number === 'bigint' ? ~number : raise('TypeError', "bad operand type for unary ~: 'float'");
  }

  #format(parts: readonly FormatPart[], frame: Frame): string {
    const texts = parts.map((part) => {
      if (typeof part === 'string') return part;
      const value = this.evaluate(part.value, frame);
      const shown =
        part.conversion === 'r' || part.conversion === 'a' ? repr(value) : part.conversion === 's' ? str(value) : value;
      return formatValue(shown, this.#format(part.spec, frame));
    });
    this.budget.size(texts.reduce((sum, text) => sum + text.length, 0));
    return texts.join('');
  }

  #yield({ value, isFrom }: Expression & { kind: 'yield' }, frame: Frame): null {
    const { given } = frame.owner;
    const each = value === undefined ? null : this.evaluate(value, frame);
    if (isFrom) given.push(...iterate(each));
    else given.push(each);
    this.budget.size(given.length / 64);
    return null;
  }

  protected assign(target: Expression, value: Value, frame: Frame): void {
    switch (target.kind) {
      case 'name':
        frame.set(target.name, value);
        return;
      case 'item':
        setItem(this.evaluate(target.object, frame), this.evaluate(target.index, frame), value);
        return;
      case 'tuple':
      case 'list':
        this.#unpack(target.entries, [...iterate(value)], frame);
        return;
      default:
        throw new NotInterpreted(`line ${target.line}: assigning to this ${target.kind}`);
    }
  }

  #unpack(targets: readonly Expression[], values: readonly Value[], frame: Frame): void {
    const star = targets.findIndex(({ kind }) => kind === 'star');
    const isShort = values.length < targets.length - (star < 0 ? 0 : 1);
    if (isShort || (star < 0 && values.length > targets.length)) {
      raise('ValueError', isShort ? 'not enough values to unpack' : 'too many values to unpack');
    }
    const rest = values.length - targets.length + 1;
    targets.forEach((target, i) => {
      if (target.kind === 'star') this.assign(target.value, values.slice(i, i + rest), frame);
      else this.assign(target, values[star >= 0 && i > star ? i + rest - 1 : i]!, frame);
    });
  }
}
