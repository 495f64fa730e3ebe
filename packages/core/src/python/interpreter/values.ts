import { raise } from './python-error.ts';

/** A value of the interpreted program: None, bool, int, float, str, list, and the classes of this file. */
export type Value = null | boolean | bigint | number | string | Value[] | PythonObject;
export type Keywords = ReadonlyMap<string, Value>;

/** What every class of values here is, so that a check of types holds. */
export abstract class PythonObject {
  abstract readonly typeName: string;

  /** A member by its name; absent where there is none. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }
}

export class Tuple extends PythonObject {
  readonly typeName = 'tuple';
  readonly entries: readonly Value[];

  constructor(entries: readonly Value[]) {
    super();
    this.entries = entries;
  }
}

export class Dict extends PythonObject {
  readonly typeName: string = 'dict';
  readonly entries = new Map<string, { readonly key: Value; value: Value }>();
  /** Makes what is missing, as defaultdict does. */
  readonly make: (() => Value) | undefined;

  constructor(pairs: Iterable<readonly [Value, Value]> = [], make?: () => Value) {
    super();
    this.make = make;
    for (const [key, value] of pairs) this.set(key, value);
  }

  get(key: Value): Value | undefined {
    return this.entries.get(hashOf(key))?.value;
  }

  set(key: Value, value: Value): void {
    const hash = hashOf(key);
    const entry = this.entries.get(hash);
    if (entry === undefined) this.entries.set(hash, { key, value });
    else entry.value = value;
  }

  delete(key: Value): boolean {
    return this.entries.delete(hashOf(key));
  }

  *keys(): Generator<Value> {
    for (const { key } of this.entries.values()) yield key;
  }

  *values(): Generator<Value> {
    for (const { value } of this.entries.values()) yield value;
  }

  *pairs(): Generator<readonly [Value, Value]> {
    for (const { key, value } of this.entries.values()) yield [key, value];
  }
}

export class PythonSet extends PythonObject {
  readonly typeName = 'set';
  readonly entries = new Map<string, Value>();

  constructor(values: Iterable<Value> = []) {
    super();
    for (const value of values) this.add(value);
  }

  add(value: Value): void {
    const hash = hashOf(value);
    if (!this.entries.has(hash)) this.entries.set(hash, value);
  }

  has(value: Value): boolean {
    return this.entries.has(hashOf(value));
  }
}

/** Whatever is gone through once: a generator, `zip`, `map`. */
export class PythonIterator extends PythonObject {
  readonly typeName = 'generator';
  readonly source: Iterator<Value>;

  constructor(source: Iterator<Value>) {
    super();
    this.source = source;
  }
}

export class Range extends PythonObject {
  readonly typeName = 'range';
  readonly start: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number) {
    super();
    if (step === 0) raise('ValueError', 'range() arg 3 must not be zero');
    this.start = start;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  at(position: number): bigint {
    return BigInt(this.start + position * this.step);
  }
}

/** Anything that can be called. */
export class Callable extends PythonObject {
  readonly typeName: string = 'function';
  readonly name: string;
  readonly call: (args: readonly Value[], keywords: Keywords) => Value;
  /** What a partial function calls. */
  readonly inner: Callable | undefined;

  constructor(name: string, call: (args: readonly Value[], keywords: Keywords) => Value, inner?: Callable) {
    super();
    this.name = name;
    this.call = call;
    this.inner = inner?.inner ?? inner;
  }

  override attribute(name: string): Value | undefined {
    return name === '__name__' ? this.name : undefined;
  }
}

/** A type by its name, which can be called and asked about with isinstance. */
export class TypeValue extends Callable {
  override readonly typeName = 'type';
  /** Its bases, for exceptions. */
  readonly parent: TypeValue | undefined;
  readonly members: ReadonlyMap<string, Value>;

  constructor(
    name: string,
    call: Callable['call'],
    { parent, members = new Map() }: { parent?: TypeValue; members?: ReadonlyMap<string, Value> } = {},
  ) {
    super(name, call);
    this.parent = parent;
    this.members = members;
  }

  override attribute(name: string): Value | undefined {
    return this.members.get(name) ?? super.attribute(name);
  }
}

/** A module that is known here. */
export class Module extends PythonObject {
  readonly typeName = 'module';
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;

  constructor(name: string, members: ReadonlyMap<string, Value>) {
    super();
    this.name = name;
    this.members = members;
  }

  override attribute(name: string): Value | undefined {
    return this.members.get(name);
  }
}

/** A name whose value could not be made here, with the reason. */
export class Unsupported extends PythonObject {
  readonly typeName = 'unsupported';
  readonly reason: string;

  constructor(reason: string) {
    super();
    this.reason = reason;
  }
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** Equal values that may be keys have equal hashes. @throws PythonError TypeError for lists, dicts and sets */
export function hashOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return `s${value}`;
    case 'bigint':
      return `n${value}`;
    case 'boolean':
      return `n${Number(value)}`;
    case 'number':
      return Number.isInteger(value) ? `n${BigInt(value)}` : `f${value}`;
    default:
  }
  if (value === null) return 'none';
  if (value instanceof Tuple) return `t${JSON.stringify(value.entries.map(hashOf))}`;
  if (Array.isArray(value) || value instanceof Dict || value instanceof PythonSet) {
    raise('TypeError', `unhashable type: '${typeNameOf(value)}'`);
  }
  let identity = identities.get(value as object);
  if (identity === undefined) {
    lastIdentity += 1;
    identity = lastIdentity;
    identities.set(value as object, identity);
  }
  return `i${identity}`;
}

export function typeNameOf(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'str';
  if (Array.isArray(value)) return 'list';
  return value.typeName;
}

export function isTrue(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Tuple) return value.entries.length > 0;
  if (value instanceof Dict || value instanceof PythonSet) return value.entries.size > 0;
  if (value instanceof Range) return value.length > 0;
  return true;
}

/** Python's `==`. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  const [x, y] = [asNumber(a), asNumber(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: 1 and 1.0 are equal
  if (x !== undefined && y !== undefined) return x == y;
  if (Array.isArray(a) && Array.isArray(b)) return areEqual(a, b);
  if (a instanceof Tuple && b instanceof Tuple) return areEqual(a.entries, b.entries);
  if (a instanceof PythonSet && b instanceof PythonSet) {
    return a.entries.size === b.entries.size && [...a.entries.keys()].every((hash) => b.entries.has(hash));
  }
  if (a instanceof TypeValue && b instanceof TypeValue) return a.name === b.name;
  if (!(a instanceof Dict && b instanceof Dict) || a.entries.size !== b.entries.size) return false;
  return [...a.pairs()].every(([key, value]) => {
    const other = b.get(key);
    return other !== undefined && isEqual(value, other);
  });
}

const areEqual = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((value, i) => isEqual(value, b[i]!));

/** The number that an int, a float or a bool is. */
export function asNumber(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return BigInt(value);
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** The values of anything that can be gone through. @throws PythonError TypeError */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return liveEntries(value);
  if (typeof value === 'string') return value;
  if (value instanceof Tuple) return value.entries;
  if (value instanceof Dict) return value.keys();
  if (value instanceof PythonSet) return value.entries.values();
  if (value instanceof PythonIterator) return { [Symbol.iterator]: () => value.source };
  if (value instanceof Range) return Array.from({ length: value.length }, (_, i) => value.at(i));
  const rows = value instanceof PythonObject ? value.attribute('__iter__') : undefined;
  if (rows instanceof Callable) return iterate(rows.call([], new Map()));
  raise('TypeError', `'${typeNameOf(value)}' object is not iterable`);
}

/** A list may grow while it is gone through. */
function* liveEntries(list: readonly Value[]): Generator<Value> {
  for (let i = 0; i < list.length; i += 1) yield list[i]!;
}
