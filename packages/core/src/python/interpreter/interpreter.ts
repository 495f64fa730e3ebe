import { attributeOf } from './attributes.ts';
import { Budget } from './budget.ts';
import { builtins } from './builtins.ts';
import { makeFunction } from './call-function.ts';
import { OpenedFile } from './files-beside.ts';
import { formatValue } from './format-value.ts';
import { Frame } from './frame.ts';
import { ModuleNames } from './module-names.ts';
import { binary, compared } from './operators.ts';
import { NotInterpreted, PythonError, raise } from './python-error.ts';
import { deleteItem, itemOf, Slice, setItem } from './sequences.ts';
import { repr, str } from './show.ts';
import type { Argument, ComprehensionPart, ExceptClause, Expression, FormatPart, Statement } from './syntax.ts';
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
  TypeValue,
  typeNameOf,
  Unsupported,
  type Value,
} from './values.ts';

/** How a statement ended: undefined where the next one follows. */
type Ending = 'break' | 'continue' | { readonly returned: Value } | undefined;

/** Gives what `import` asks for. @throws NotInterpreted for what is not known */
export type ImportModule = (from: string | undefined, name: string) => Value;

/**
 * Runs Python of others without Python: pure functions over texts, numbers and collections. There is nothing in it that
 * reads a file, opens a connection or starts a process, and it ends at a budget. What it does not know is an error, never
 * a guess.
 * @see https://docs.python.org/3/reference/ for the semantics
 */
export class Interpreter {
  readonly budget: Budget;
  readonly builtins: ReadonlyMap<string, Value>;
  readonly #importModule: ImportModule;
  #handled: PythonError | undefined;

  constructor(importModule: ImportModule, budget = new Budget()) {
    this.budget = budget;
    this.builtins = builtins(budget);
    this.#importModule = importModule;
  }

  /** The names of a file, besides those given. A statement that is not known leaves its names unsupported, with the reason. */
  runModule(statements: readonly Statement[], file: string, names: ReadonlyMap<string, Value> = new Map()): Frame {
    const frame = new Frame();
    for (const [name, value] of names) frame.names.set(name, value);
    frame.names.set('__file__', file);
    frame.names.set('globals', new Callable('globals', () => new ModuleNames(frame)));
    for (const statement of statements) {
      try {
        this.#execute(statement, frame);
      } catch (thrown) {
        if (!(thrown instanceof NotInterpreted) && !(thrown instanceof PythonError)) throw thrown;
        for (const name of namesOf(statement)) frame.names.set(name, new Unsupported(thrown.message));
      }
    }
    return frame;
  }

  /** @internal for function calls */
  runBody(statements: readonly Statement[], frame: Frame): Value {
    const ending = this.#block(statements, frame);
    return typeof ending === 'object' ? ending.returned : null;
  }

  #block(statements: readonly Statement[], frame: Frame): Ending {
    for (const statement of statements) {
      const ending = this.#execute(statement, frame);
      if (ending !== undefined) return ending;
    }
    return undefined;
  }

  #execute(statement: Statement, frame: Frame): Ending {
    this.budget.spend();
    switch (statement.kind) {
      case 'expression':
        this.evaluate(statement.value, frame);
        return undefined;
      case 'assign': {
        const value = this.evaluate(statement.value, frame);
        for (const target of statement.targets) this.#assign(target, value, frame);
        return undefined;
      }
      case 'update':
        this.#update(statement, frame);
        return undefined;
      case 'annotate':
      case 'pass':
        return undefined;
      case 'break':
      case 'continue':
        return statement.kind;
      case 'return':
        return { returned: statement.value === undefined ? null : this.evaluate(statement.value, frame) };
      case 'if':
        return this.#block(
          isTrue(this.evaluate(statement.condition, frame)) ? statement.body : statement.otherwise,
          frame,
        );
      case 'for':
        return this.#for(statement, frame);
      case 'while':
        return this.#while(statement, frame);
      case 'try':
        return this.#try(statement, frame);
      case 'raise':
        return this.#raise(statement.value, frame);
      case 'assert':
        if (isTrue(this.evaluate(statement.condition, frame))) return undefined;
        return raise(
          'AssertionError',
          statement.message === undefined ? '' : str(this.evaluate(statement.message, frame)),
        );
      case 'delete':
        for (const target of statement.targets) this.#delete(target, frame);
        return undefined;
      case 'scope':
        for (const name of statement.names) frame.declare(name, statement.isGlobal);
        return undefined;
      case 'with':
        return this.#with(statement, frame);
      case 'import':
        this.#import(statement, frame);
        return undefined;
      case 'function': {
        let value: Value = makeFunction(this, statement, frame);
        for (const decorator of [...statement.decorators].reverse()) {
          value = this.call(this.evaluate(decorator, frame), [value]);
        }
        frame.set(statement.name, value);
        return undefined;
      }
      default:
        throw new NotInterpreted(`line ${statement.line}: \`${statement.kind}\``);
    }
  }

  #for(statement: Statement & { kind: 'for' }, frame: Frame): Ending {
    for (const value of iterate(this.evaluate(statement.source, frame))) {
      this.budget.spend();
      this.#assign(statement.target, value, frame);
      const ending = this.#block(statement.body, frame);
      if (ending === 'break') return undefined;
      if (typeof ending === 'object') return ending;
    }
    return this.#block(statement.otherwise, frame);
  }

  #while(statement: Statement & { kind: 'if' | 'while' }, frame: Frame): Ending {
    while (isTrue(this.evaluate(statement.condition, frame))) {
      this.budget.spend();
      const ending = this.#block(statement.body, frame);
      if (ending === 'break') return undefined;
      if (typeof ending === 'object') return ending;
    }
    return this.#block(statement.otherwise, frame);
  }

  #try(statement: Statement & { kind: 'try' }, frame: Frame): Ending {
    let ending: Ending;
    try {
      ending = this.#block(statement.body, frame) ?? this.#block(statement.otherwise, frame);
    } catch (thrown) {
      if (!(thrown instanceof PythonError)) throw thrown;
      const clause = statement.clauses.find(({ type }) => type === undefined || this.#catches(type, thrown, frame));
      if (clause === undefined) throw thrown;
      ending = this.#handle(clause, thrown, frame);
    } finally {
      // A `finally` that itself leaves wins, as in Python.
      const last = this.#block(statement.last, frame);
      // biome-ignore lint/correctness/noUnsafeFinally: this is what Python does
      if (last !== undefined) return last;
    }
    return ending;
  }

  #handle(clause: ExceptClause, thrown: PythonError, frame: Frame): Ending {
    const before = this.#handled;
    this.#handled = thrown;
    if (clause.name !== undefined) frame.set(clause.name, thrown.message);
    try {
      return this.#block(clause.body, frame);
    } finally {
      this.#handled = before;
    }
  }

  #catches(type: Expression, thrown: PythonError, frame: Frame): boolean {
    const wanted = this.evaluate(type, frame);
    const types = wanted instanceof Tuple ? wanted.entries : [wanted];
    return types.some((each) => each instanceof TypeValue && thrown.types.includes(each.name));
  }

  #raise(value: Expression | undefined, frame: Frame): never {
    if (value === undefined) throw this.#handled ?? new PythonError(['RuntimeError', 'Exception'], 'nothing to raise');
    const { callee, args } = value.kind === 'call' ? value : { callee: value, args: [] as readonly Argument[] };
    const type = this.evaluate(callee, frame);
    if (!(type instanceof TypeValue)) throw new NotInterpreted(`line ${value.line}: raising a ${typeNameOf(type)}`);
    const [first] = this.#arguments(args, frame).positional;
    return raise(type.name, first === undefined ? '' : str(first));
  }

  /** Only files, which were read whole when they were opened. */
  #with({ items, body, line }: Statement & { kind: 'with' }, frame: Frame): Ending {
    for (const { value, target } of items) {
      const opened = this.evaluate(value, frame);
      if (!(opened instanceof OpenedFile)) throw new NotInterpreted(`line ${line}: with a ${typeNameOf(opened)}`);
      if (target !== undefined) this.#assign(target, opened, frame);
    }
    return this.#block(body, frame);
  }

  #import(statement: Statement & { kind: 'import' }, frame: Frame): void {
    for (const { name, as } of statement.names) {
      const bound = as ?? name.split('.')[0]!;
      try {
        // `import a.b` binds a.
        const asked = statement.from === undefined && as === undefined ? bound : name;
        frame.set(bound, this.#importModule(statement.from, asked));
      } catch (thrown) {
        if (!(thrown instanceof NotInterpreted)) throw thrown;
        frame.set(bound, new Unsupported(thrown.message));
      }
    }
  }

  #assign(target: Expression, value: Value, frame: Frame): void {
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
      if (target.kind === 'star') this.#assign(target.value, values.slice(i, i + rest), frame);
      else this.#assign(target, values[star >= 0 && i > star ? i + rest - 1 : i]!, frame);
    });
  }

  #update(statement: Statement & { kind: 'update' }, frame: Frame): void {
    const { target, operator } = statement;
    const index = target.kind === 'item' ? this.evaluate(target.index, frame) : undefined;
    const container = target.kind === 'item' ? this.evaluate(target.object, frame) : undefined;
    const before = index === undefined ? this.evaluate(target, frame) : itemOf(container!, index);
    const value = this.evaluate(statement.value, frame);
    // A list that is added to stays the same list.
    if (operator === '+' && Array.isArray(before)) {
      before.push(...iterate(value));
      return;
    }
    const made = binary(operator, before, value, this.budget);
    if (index === undefined) this.#assign(target, made, frame);
    else setItem(container!, index, made);
  }

  #delete(target: Expression, frame: Frame): void {
    if (target.kind === 'name') frame.delete(target.name);
    else if (target.kind === 'item')
      deleteItem(this.evaluate(target.object, frame), this.evaluate(target.index, frame));
    else throw new NotInterpreted(`line ${target.line}: deleting this ${target.kind}`);
  }

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
    const { positional, keywords } = this.#arguments(args, frame);
    return this.call(called, positional, keywords);
  }

  #arguments(args: readonly Argument[], frame: Frame): { positional: Value[]; keywords: Map<string, Value> } {
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
      this.#assign(part.target, value, own);
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
}

/** Names that a statement would have bound. */
function namesOf(statement: Statement): string[] {
  switch (statement.kind) {
    case 'function':
    case 'class':
      return [statement.name];
    case 'assign':
      return statement.targets.flatMap(targetNames);
    case 'import':
      return statement.names.map(({ name, as }) => as ?? name.split('.')[0]!);
    case 'if':
    case 'while':
    case 'for':
      return [...statement.body, ...statement.otherwise].flatMap(namesOf);
    case 'try':
      return [...statement.body, ...statement.clauses.flatMap(({ body }) => body), ...statement.otherwise].flatMap(
        namesOf,
      );
    case 'with':
      return statement.body.flatMap(namesOf);
    default:
      return [];
  }
}

function targetNames(target: Expression): string[] {
  if (target.kind === 'name') return [target.name];
  if (target.kind === 'tuple' || target.kind === 'list') return target.entries.flatMap(targetNames);
  return target.kind === 'star' ? targetNames(target.value) : [];
}
