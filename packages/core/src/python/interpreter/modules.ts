import type { Budget } from './budget.ts';
import { hashlibModule } from './bytes.ts';
import { DatasetObject } from './dataset-object.ts';
import { jsonModule } from './json-module.ts';
import { literalValue } from './literal-value.ts';
import { binary } from './operators.ts';
import { fromPlain, toPlain } from './plain-values.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { randomModule } from './random-module.ts';
import { reModule } from './re-module.ts';
import { itemOf } from './sequences.ts';
import { str } from './show.ts';
import {
  asNumber,
  Callable,
  Dict,
  iterate,
  type Keywords,
  Module,
  PythonIterator,
  Tuple,
  TypeValue,
  type Value,
} from './values.ts';

type Call = (args: readonly Value[], keywords: Keywords) => Value;

/** The modules that are known, by their names; each only as far as it changes nothing but values. */
export function knownModules(budget: Budget): ReadonlyMap<string, Module> {
  const path = moduleOf('os.path', {
    basename: ([file]) => str(file!).split('/').at(-1)!,
    dirname: ([file]) => str(file!).split('/').slice(0, -1).join('/'),
    join: (parts) => parts.map(str).join('/'),
  });
  const modules = [
    reModule(budget),
    randomModule(),
    stringModule(),
    mathModule(),
    collectionsModule(),
    path,
    moduleOf('os', { getenv: unset }, { path, environ: moduleOf('os.environ', { get: unset }) }),
    hashlibModule(),
    moduleOf('functools', {
      partial,
      lru_cache: cached,
      cache: ([call]) => call!,
      wraps: () => identity,
      reduce: (args) => reduce(args),
    }),
    moduleOf('itertools', itertools(budget), { chain }),
    moduleOf('ast', { literal_eval: ([text]) => literalValue(literalText(text!)) }),
    jsonModule(),
    moduleOf('unicodedata', {
      normalize: ([form, text]) => str(text!).normalize(str(form!)),
      category: ([text]) => category(str(text!)),
    }),
    moduleOf('copy', { deepcopy: ([value]) => fromPlain(toPlain(value!)), copy: ([value]) => copied(value!) }),
    moduleOf('logging', { getLogger: () => logger, ...LOG_CALLS }, { INFO: 20n, WARNING: 30n, DEBUG: 10n }),
    moduleOf('warnings', { warn: () => null, filterwarnings: () => null }),
    moduleOf('sys', {}, { maxunicode: 0x10ffffn }),
    anyModule('typing'),
    anyModule('collections.abc'),
    anyModule('__future__'),
    datasetsModule(),
  ];
  return new Map(modules.map((module) => [module.name, module]));
}

function moduleOf(
  name: string,
  calls: Readonly<Record<string, Call>>,
  values: Readonly<Record<string, Value>> = {},
): Module {
  const members = Object.entries(calls).map(([key, call]): [string, Value] => [key, new Callable(key, call)]);
  return new Module(name, new Map([...members, ...Object.entries(values)]));
}

/** A module of names that stand in types alone. */
function anyModule(name: string, names?: readonly string[]): Module {
  const typeOf = (key: string): TypeValue =>
    new TypeValue(
      key,
      () => {
        throw new NotInterpreted(`${name}.${key}()`);
      },
      { members: new Map([['__getitem__', identity]]) },
    );
  const members = new Map<string, Value>();
  const known = names ?? [
    ...['Any', 'Callable', 'Dict', 'Generator', 'Iterable', 'Iterator', 'List', 'Literal', 'Mapping', 'NamedTuple'],
    ...['Optional', 'Sequence', 'Set', 'Tuple', 'Type', 'TypedDict', 'Union', 'annotations', 'cast', 'Hashable'],
  ];
  for (const key of known) members.set(key, typeOf(key));
  if (name === 'typing') members.set('cast', new Callable('cast', ([, value]) => value!));
  return new Module(name, members);
}

function datasetsModule(): Module {
  const fromList = new Callable('from_list', ([rows]) => new DatasetObject([...iterate(rows!)] as Dict[]));
  const fromDict = new Callable('from_dict', ([columns]) => {
    const all = [...(columns as Dict).pairs()].map(([key, values]) => [key, [...iterate(values)]] as const);
    const length = all[0]?.[1].length ?? 0;
    const rows = Array.from({ length }, (_, i) => new Dict(all.map(([key, values]) => [key, values[i]!] as const)));
    return new DatasetObject(rows);
  });
  const members = new Map<string, Value>([
    ['from_list', fromList],
    ['from_dict', fromDict],
  ]);
  const refuse = (): never => {
    throw new NotInterpreted('datasets.Dataset()');
  };
  return new Module('datasets', new Map([['Dataset', new TypeValue('Dataset', refuse, { members })]]));
}

const identity = new Callable('identity', ([value]) => value ?? null);
const LOG_CALLS: Readonly<Record<string, Call>> = Object.fromEntries(
  ['debug', 'info', 'warning', 'error', 'exception', 'critical', 'basicConfig', 'setLevel'].map((name) => [
    name,
    () => null,
  ]),
);
const logger = moduleOf('Logger', LOG_CALLS);

/** No variable of this machine is set for a program of others. */
const unset: Call = ([, otherwise]) => otherwise ?? null;

const partial: Call = ([callee, ...first], given) => {
  if (!(callee instanceof Callable)) return raise('TypeError', 'the first argument must be callable');
  return new Callable(
    callee.name,
    (args, keywords) => callee.call([...first, ...args], new Map([...given, ...keywords])),
    callee,
  );
};

/** `@lru_cache` and `@lru_cache(…)`: pure functions give the same again anyway. */
const cached: Call = ([call]) => (call instanceof Callable ? call : identity);

function reduce([call, values, start]: readonly Value[]): Value {
  const all = start === undefined ? [...iterate(values!)] : [start, ...iterate(values!)];
  const [first, ...rest] = all;
  if (first === undefined) return raise('TypeError', 'reduce() of empty iterable with no initial value');
  return rest.reduce((made, value) => (call as Callable).call([made, value], new Map()), first);
}

class Chain extends Callable {
  override attribute(name: string): Value | undefined {
    if (name !== 'from_iterable') return super.attribute(name);
    return new Callable(name, ([lists]) => new PythonIterator(flat(iterate(lists!))));
  }
}
const chain = new Chain('chain', (lists) => new PythonIterator(flat(lists)));

function* flat(lists: Iterable<Value>): Generator<Value> {
  for (const list of lists) yield* iterate(list);
}

function itertools(budget: Budget): Record<string, Call> {
  return {
    product: (lists, keywords) => {
      const all = lists.map((list) => [...iterate(list)]);
      const times = Number(keywords.get('repeat') ?? 1n);
      const repeated = Array.from({ length: times }, () => all).flat();
      budget.size(repeated.reduce((size, list) => size * list.length, 1));
      const rows = repeated.reduce<Value[][]>(
        (made, list) => made.flatMap((row) => list.map((value) => [...row, value])),
        [[]],
      );
      return rows.map((row) => new Tuple(row));
    },
    islice: ([values, first, second]) => {
      const [from, to] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
      const taken: Value[] = [];
      let at = 0;
      if (to > 0) {
        for (const value of iterate(values!)) {
          if (at >= from) taken.push(value);
          if (++at >= to) break;
        }
      }
      return taken;
    },
    combinations: ([values, size]) => combinations([...iterate(values!)], Number(size), budget),
    accumulate: ([values]) => {
      let total: Value | undefined;
      return Array.from(
        iterate(values!),
        (value) => (total = total === undefined ? value : binary('+', total, value, budget)),
      );
    },
  };
}

function combinations(values: readonly Value[], size: number, budget: Budget): Value {
  const made: Value[] = [];
  const add = (from: number, taken: readonly Value[]): void => {
    budget.spend();
    if (taken.length === size) made.push(new Tuple(taken));
    else for (let at = from; at < values.length; at += 1) add(at + 1, [...taken, values[at]!]);
  };
  add(0, []);
  return made;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

function stringModule(): Module {
  return moduleOf(
    'string',
    {},
    {
      punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
      digits: '0123456789',
      ascii_lowercase: LETTERS,
      ascii_uppercase: LETTERS.toUpperCase(),
      ascii_letters: LETTERS + LETTERS.toUpperCase(),
      whitespace: ' \t\n\r\v\f',
    },
  );
}

function mathModule(): Module {
  const one =
    (of: (value: number) => number): Call =>
    ([value]) =>
      of(number(value!));
  return moduleOf(
    'math',
    {
      floor: ([value]) => BigInt(Math.floor(number(value!))),
      ceil: ([value]) => BigInt(Math.ceil(number(value!))),
      sqrt: one(Math.sqrt),
      exp: one(Math.exp),
      log: ([value, base]) => Math.log(number(value!)) / (base === undefined ? 1 : Math.log(number(base))),
      isnan: ([value]) => Number.isNaN(number(value!)),
    },
    { pi: Math.PI, e: Math.E, inf: Number.POSITIVE_INFINITY, nan: Number.NaN },
  );
}

function number(value: Value): number {
  const found = asNumber(value);
  return found === undefined ? raise('TypeError', 'must be real number') : Number(found);
}

class Counted extends Dict {
  override readonly typeName: string;

  constructor(typeName: string, pairs: Iterable<readonly [Value, Value]>, make?: () => Value) {
    super(pairs, make);
    this.typeName = typeName;
  }
}

function collectionsModule(): Module {
  return moduleOf('collections', {
    defaultdict: ([make, values]) => {
      const pairs = values instanceof Dict ? values.pairs() : [];
      return new Counted('defaultdict', pairs, make instanceof Callable ? () => make.call([], new Map()) : undefined);
    },
    OrderedDict: ([values]) =>
      new Dict(values instanceof Dict ? values.pairs() : values === undefined ? [] : pairs(values)),
    Counter: ([values]) => {
      const counter = new Counted('Counter', values instanceof Dict ? values.pairs() : [], () => 0n);
      if (values !== undefined && !(values instanceof Dict)) {
        for (const value of iterate(values)) counter.set(value, ((counter.get(value) ?? 0n) as bigint) + 1n);
      }
      return counter;
    },
  });
}

const pairs = (values: Value): [Value, Value][] =>
  Array.from(iterate(values), (pair) => [itemOf(pair, 0n), itemOf(pair, 1n)]);

function literalText(text: Value): string {
  return typeof text === 'string' ? text : raise('ValueError', 'malformed node or string');
}

const CATEGORIES = [
  ...['Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Mc', 'Me', 'Nd', 'Nl', 'No', 'Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf', 'Po'],
  ...['Sm', 'Sc', 'Sk', 'So', 'Zs', 'Zl', 'Zp', 'Cc', 'Cf', 'Cs', 'Co', 'Cn'],
].map((name) => [name, new RegExp(`^\\p{${name}}$`, 'u')] as const);

const category = (text: string): string => CATEGORIES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'Cn';

function copied(value: Value): Value {
  return Array.isArray(value) ? [...value] : value instanceof Dict ? new Dict(value.pairs(), value.make) : value;
}
