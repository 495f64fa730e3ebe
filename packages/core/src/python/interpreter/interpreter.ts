import type { Budget } from './budget.ts';
import { makeFunction } from './call-function.ts';
import { Evaluator } from './evaluator.ts';
import { OpenedFile } from './files-beside.ts';
import { Frame } from './frame.ts';
import { ModuleNames } from './module-names.ts';
import { binary } from './operators.ts';
import { NotInterpreted, PythonError, raise } from './python-error.ts';
import { deleteItem, itemOf, setItem } from './sequences.ts';
import { str } from './show.ts';
import type { Argument, ExceptClause, Expression, Statement } from './syntax.ts';
import { Callable, isTrue, iterate, Tuple, TypeValue, typeNameOf, Unsupported, type Value } from './values.ts';

/** How a statement ended: undefined where the next one follows. */
type Ending = 'break' | 'continue' | { readonly returned: Value } | undefined;

/** Gives what `import` asks for. @throws NotInterpreted for what is not known */
export type ImportModule = (from: string | undefined, name: string) => Value;

/**
 * Runs Python of others without Python: pure functions over texts, numbers and collections. There is nothing in it that
 * opens a connection or starts a process, it reads files only by an `open` that it is given, and it ends at a budget. What it does not know is an error, never
 * a guess.
 * @see https://docs.python.org/3/reference/ for the semantics
 */
export class Interpreter extends Evaluator {
  readonly #importModule: ImportModule;
  #handled: PythonError | undefined;

  constructor(importModule: ImportModule, budget?: Budget) {
    super(budget);
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

  override runBody(statements: readonly Statement[], frame: Frame): Value {
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
        for (const target of statement.targets) this.assign(target, value, frame);
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
      this.assign(statement.target, value, frame);
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
    const [first] = this.argumentsOf(args, frame).positional;
    return raise(type.name, first === undefined ? '' : str(first));
  }

  /** Only files, which were read whole when they were opened. */
  #with({ items, body, line }: Statement & { kind: 'with' }, frame: Frame): Ending {
    for (const { value, target } of items) {
      const opened = this.evaluate(value, frame);
      if (!(opened instanceof OpenedFile)) throw new NotInterpreted(`line ${line}: with a ${typeNameOf(opened)}`);
      if (target !== undefined) this.assign(target, opened, frame);
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
    if (index === undefined) this.assign(target, made, frame);
    else setItem(container!, index, made);
  }

  #delete(target: Expression, frame: Frame): void {
    if (target.kind === 'name') frame.delete(target.name);
    else if (target.kind === 'item')
      deleteItem(this.evaluate(target.object, frame), this.evaluate(target.index, frame));
    else throw new NotInterpreted(`line ${target.line}: deleting this ${target.kind}`);
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
