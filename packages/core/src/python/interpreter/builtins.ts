import type { Budget } from './budget.ts';
import { pairsOf } from './collection-methods.ts';
import { formatValue } from './format-value.ts';
import { binary } from './operators.ts';
import { baseOf, EXCEPTIONS, NotInterpreted, raise } from './python-error.ts';
import { lengthOf } from './sequences.ts';
import { repr, str } from './show.ts';
import { extreme, sorted } from './sorted.ts';
import { TEXT_METHODS } from './text-methods.ts';
import {
  asNumber,
  Callable,
  Dict,
  isTrue,
  iterate,
  type Keywords,
  PythonIterator,
  PythonSet,
  Range,
  Tuple,
  TypeValue,
  typeNameOf,
  type Value,
} from './values.ts';

type Call = (args: readonly Value[], keywords: Keywords) => Value;

/** Python's built-in names, as far as they are known here. @see https://docs.python.org/3/library/functions.html */
export function builtins(budget: Budget): ReadonlyMap<string, Value> {
  const functions: Record<string, Call> = {
    len: ([value]) => BigInt(lengthOf(value!)),
    sorted: ([values], keywords) => sorted(iterate(values!), keywords, budget),
    min: (args, keywords) => extreme(extremesOf(args), 1, keywords),
    max: (args, keywords) => extreme(extremesOf(args), -1, keywords),
    sum: ([values, start], keywords) => sum(values!, start ?? keywords.get('start') ?? 0n, budget),
    abs: ([value]) => absolute(value!),
    round: ([value, digits], keywords) => rounded(value!, digits ?? keywords.get('ndigits') ?? null),
    any: ([values]) => [...iterate(values!)].some(isTrue),
    all: ([values]) => [...iterate(values!)].every(isTrue),
    zip: (lists, keywords) => zip(lists, isTrue(keywords.get('strict') ?? false)),
    map: ([each, ...lists]) => mapped(callable(each), lists),
    filter: ([each, values]) => filtered(each!, iterate(values!)),
    enumerate: ([values, start], keywords) => enumerated(values!, Number(start ?? keywords.get('start') ?? 0n)),
    reversed: ([values]) => new PythonIterator([...iterate(values!)].reverse()[Symbol.iterator]()),
    iter: ([values]) => new PythonIterator(iterate(values!)[Symbol.iterator]()),
    next: (args) => next(args),
    isinstance: ([value, type]) => isInstance(value!, type!),
    callable: ([value]) => value instanceof Callable,
    ord: ([text]) => BigInt((text as string).codePointAt(0)!),
    chr: ([code]) => String.fromCodePoint(Number(code)),
    repr: ([value]) => repr(value!),
    format: ([value, spec]) => formatValue(value!, spec === undefined ? '' : str(spec)),
    hasattr: () => {
      throw new NotInterpreted('hasattr');
    },
    print: () => null,
    divmod: ([a, b]) => new Tuple([binary('//', a!, b!, budget), binary('%', a!, b!, budget)]),
    pow: ([a, b]) => binary('**', a!, b!, budget),
    id: ([value]) => BigInt(repr(value!).length),
    hash: () => {
      throw new NotInterpreted('hash');
    },
  };
  delete functions.id;
  const names = new Map<string, Value>();
  for (const [name, call] of Object.entries(functions)) names.set(name, new Callable(name, call));
  for (const [name, type] of Object.entries(types(budget))) names.set(name, type);
  for (const name of EXCEPTIONS) names.set(name, exceptionType(name));
  names.set('__name__', 'module');
  return names;
}

function types(budget: Budget): Record<string, TypeValue> {
  const made: Record<string, Call> = {
    str: ([value]) => (value === undefined ? '' : str(value)),
    int: ([value, base], keywords) => integer(value ?? 0n, base ?? keywords.get('base')),
    float: ([value]) => float(value ?? 0),
    bool: ([value]) => value !== undefined && isTrue(value),
    list: ([values]) => (values === undefined ? [] : [...iterate(values)]),
    tuple: ([values]) => new Tuple(values === undefined ? [] : [...iterate(values)]),
    set: ([values]) => new PythonSet(values === undefined ? [] : iterate(values)),
    frozenset: ([values]) => new PythonSet(values === undefined ? [] : iterate(values)),
    dict: ([values], keywords) => {
      const pairs = values instanceof Dict ? [...values.pairs()] : values === undefined ? [] : pairsOf(values);
      return new Dict([...pairs, ...keywords]);
    },
    range: (args) => range(args),
    object: () => raise('TypeError', 'object() is of no use here'),
    type: ([value]) => new TypeValue(typeNameOf(value!), () => null),
  };
  return Object.fromEntries(
    Object.entries(made).map(([name, call]) => [name, new TypeValue(name, call, { members: membersOf(name, budget) })]),
  );
}

/** `str.lower` and the like, taken from the type. */
function membersOf(type: string, budget: Budget): ReadonlyMap<string, Value> {
  if (type === 'str') {
    const methods = Object.keys(TEXT_METHODS).map((name): [string, Value] => [
      name,
      new Callable(name, ([text, ...args], keywords) => TEXT_METHODS[name]!(str(text!), args, keywords, budget)),
    ]);
    return new Map([...methods, ['maketrans', new Callable('maketrans', makeTranslation)]]);
  }
  if (type !== 'dict') return new Map();
  const fromKeys = new Callable(
    'fromkeys',
    ([keys, value = null]) => new Dict(Array.from(iterate(keys!), (key) => [key, value] as const)),
  );
  return new Map([['fromkeys', fromKeys]]);
}

const makeTranslation: Call = ([from, to, gone]) => {
  const code = (text: string): bigint => BigInt(text.codePointAt(0)!);
  if (from instanceof Dict) {
    return new Dict(
      Array.from(from.pairs(), ([key, value]) => [typeof key === 'string' ? code(key) : key, value] as const),
    );
  }
  const [a, b] = [Array.from(str(from!)), Array.from(str(to!))];
  if (a.length !== b.length) return raise('ValueError', 'the first two maketrans arguments must have equal length');
  const removed = gone === undefined ? [] : Array.from(str(gone), (one) => [code(one), null] as const);
  return new Dict([...a.map((one, i) => [code(one), code(b[i]!)] as const), ...removed]);
};

function exceptionType(name: string): TypeValue {
  const base = baseOf(name);
  return new TypeValue(name, ([message]) => (message === undefined ? name : str(message)), {
    ...(base === undefined ? {} : { parent: exceptionType(base) }),
  });
}

const extremesOf = (args: readonly Value[]): readonly Value[] => (args.length === 1 ? [...iterate(args[0]!)] : args);

function callable(value: Value | undefined): Callable {
  return value instanceof Callable ? value : raise('TypeError', 'object is not callable');
}

function sum(values: Value, start: Value, budget: Budget): Value {
  let total = start;
  for (const value of iterate(values)) total = binary('+', total, value, budget);
  return total;
}

function absolute(value: Value): Value {
  const number = asNumber(value);
  if (number === undefined) return raise('TypeError', `bad operand type for abs(): '${typeNameOf(value)}'`);
  return number < 0 ? -number : number;
}

/** Half to even, of the exact value where there are digits. */
function rounded(value: Value, digits: Value): Value {
  const number = asNumber(value);
  if (number === undefined) return raise('TypeError', `type ${typeNameOf(value)} doesn't define __round__ method`);
  if (typeof number === 'bigint') {
    if (digits !== null && Number(digits) < 0) throw new NotInterpreted('round to tens');
    return number;
  }
  if (digits !== null) {
    if (Number(digits) < 0) throw new NotInterpreted('round to tens');
    return Number(formatValue(number, `.${Number(digits)}f`));
  }
  if (!Number.isFinite(number)) return raise('OverflowError', 'cannot convert float infinity to integer');
  return BigInt(formatValue(number, '.0f'));
}

function* zipped(lists: readonly Value[], isStrict: boolean): Generator<Value> {
  const sources = lists.map((list) => iterate(list)[Symbol.iterator]());
  for (;;) {
    const row = sources.map((source) => source.next());
    if (row.length === 0) return;
    if (row.some(({ done }) => done)) {
      if (isStrict && row.some(({ done }) => !done)) raise('ValueError', 'zip() arguments have different lengths');
      return;
    }
    yield new Tuple(row.map(({ value }) => value as Value));
  }
}

const zip = (lists: readonly Value[], isStrict: boolean): Value => new PythonIterator(zipped(lists, isStrict));

function mapped(each: Callable, lists: readonly Value[]): Value {
  const rows = zipped(lists, false);
  return new PythonIterator(
    (function* () {
      for (const row of rows) yield each.call((row as Tuple).entries, new Map());
    })(),
  );
}

function filtered(each: Value, values: Iterable<Value>): Value {
  return new PythonIterator(
    (function* () {
      for (const value of values) {
        if (isTrue(each instanceof Callable ? each.call([value], new Map()) : value)) yield value;
      }
    })(),
  );
}

function enumerated(values: Value, start: number): Value {
  return new PythonIterator(
    (function* () {
      let at = BigInt(start);
      for (const value of iterate(values)) yield new Tuple([at++, value]);
    })(),
  );
}

function next([iterator, otherwise]: readonly Value[]): Value {
  if (!(iterator instanceof PythonIterator)) return raise('TypeError', 'object is not an iterator');
  const { done, value } = iterator.source.next();
  if (done !== true) return value;
  return otherwise === undefined ? raise('StopIteration', '') : otherwise;
}

function isInstance(value: Value, type: Value): boolean {
  if (type instanceof Tuple) return type.entries.some((each) => isInstance(value, each));
  if (!(type instanceof TypeValue)) return raise('TypeError', 'isinstance() arg 2 must be a type');
  const own = typeNameOf(value);
  return (
    own === type.name ||
    type.name === 'object' ||
    (own === 'bool' && type.name === 'int') ||
    (own === 'defaultdict' && type.name === 'dict') ||
    (own === 'Counter' && type.name === 'dict')
  );
}

function integer(value: Value, base: Value | undefined): Value {
  const number = asNumber(value);
  if (typeof number === 'bigint') return number;
  if (typeof number === 'number') {
    return Number.isFinite(number)
      ? BigInt(Math.trunc(number))
      : raise('ValueError', 'cannot convert float NaN to integer');
  }
  if (typeof value !== 'string')
    return raise('TypeError', `int() argument must be a string or a number, not '${typeNameOf(value)}'`);
  const radix = Number(base ?? 10n);
  const text = value.trim().replaceAll(/(?<=[\da-zA-Z])_(?=[\da-zA-Z])/g, '');
  const decimal = text.replaceAll(/\p{Nd}/gu, (digit) => String(decimalOf(digit)));
  if (radix === 10 && /^[-+]?\d+$/.test(decimal)) return BigInt(decimal.replace('+', ''));
  if (radix !== 10 && /^[-+]?[\da-zA-Z]+$/.test(text)) {
    const parsed = Number.parseInt(text, radix);
    if (!Number.isNaN(parsed)) return BigInt(parsed);
  }
  return raise('ValueError', `invalid literal for int() with base ${radix}: ${repr(value)}`);
}

/** The digit that a decimal of any script stands for: scripts have theirs in runs of ten from a zero. */
function decimalOf(digit: string): number {
  const code = digit.codePointAt(0)!;
  if (code < 128) return code - 48;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

function float(value: Value): number {
  const number = asNumber(value);
  if (number !== undefined) return Number(number);
  if (typeof value !== 'string')
    return raise('TypeError', `float() argument must be a string or a real number, not '${typeNameOf(value)}'`);
  const text = value.trim().toLowerCase();
  if (/^[-+]?(\d+(_\d+)*\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(text)) return Number(text.replaceAll('_', ''));
  const special = /^([-+]?)(inf|infinity|nan)$/.exec(text);
  if (special === null) return raise('ValueError', `could not convert string to float: ${repr(value)}`);
  return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function range(args: readonly Value[]): Range {
  const [first, second, step] = args.map((value) => {
    const number = asNumber(value);
    if (typeof number === 'bigint') return Number(number);
    return raise('TypeError', `'${typeNameOf(value)}' object cannot be interpreted as an integer`);
  });
  const made = second === undefined ? new Range(0, first ?? 0, 1) : new Range(first!, second, step ?? 1);
  if (made.length > 2 ** 24) throw new NotInterpreted('a range of more than 16 million numbers');
  return made;
}
