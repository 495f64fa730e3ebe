import { raise } from './python-error.ts';
import {
  asNumber,
  Callable,
  Dict,
  isEqual,
  PythonObject,
  PythonSet,
  Range,
  Tuple,
  typeNameOf,
  type Value,
} from './values.ts';

/** The bounds of a slice; absent ones are undefined. */
export class Slice extends PythonObject {
  readonly typeName = 'slice';
  readonly from: Value | undefined;
  readonly to: Value | undefined;
  readonly step: Value | undefined;

  constructor(from: Value | undefined, to: Value | undefined, step: Value | undefined) {
    super();
    this.from = from;
    this.to = to;
    this.step = step;
  }

  /** The positions that it takes of so many. */
  positions(length: number): number[] {
    const step = this.#bound(this.step) ?? 1;
    if (step === 0) raise('ValueError', 'slice step cannot be zero');
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const clamp = (value: number | undefined, otherwise: number): number => {
      if (value === undefined) return otherwise;
      return Math.min(Math.max(value < 0 ? value + length : value, low), high);
    };
    const start = clamp(this.#bound(this.from), step > 0 ? low : high);
    const stop = clamp(this.#bound(this.to), step > 0 ? high : low);
    return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
  }

  #bound(value: Value | undefined): number | undefined {
    if (value === undefined || value === null) return undefined;
    const number = asNumber(value);
    if (typeof number === 'bigint') return Number(number);
    return raise('TypeError', 'slice indices must be integers or None or have an __index__ method');
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text as Python counts them. */
export const charactersOf = (text: string): readonly string[] | string =>
  SURROGATE.test(text) ? Array.from(text) : text;

export function lengthOf(value: Value): number {
  if (typeof value === 'string') return charactersOf(value).length;
  if (Array.isArray(value) || value instanceof Range) return value.length;
  if (value instanceof Tuple) return value.entries.length;
  if (value instanceof Dict || value instanceof PythonSet) return value.entries.size;
  const own = value instanceof PythonObject ? value.attribute('__len__') : undefined;
  if (own instanceof Callable) return Number(own.call([], new Map()));
  return raise('TypeError', `object of type '${typeNameOf(value)}' has no len()`);
}

/** `container[index]` */
export function itemOf(container: Value, index: Value): Value {
  if (container instanceof Dict) {
    const value = container.get(index);
    if (value !== undefined) return value;
    if (container.make === undefined) throw keyError(index);
    const made = container.make();
    container.set(index, made);
    return made;
  }
  const own = container instanceof PythonObject ? container.attribute('__getitem__') : undefined;
  if (own instanceof Callable) return own.call([index], new Map());
  if (typeof container === 'string') {
    const characters = charactersOf(container);
    if (index instanceof Slice)
      return index
        .positions(characters.length)
        .map((at) => characters[at])
        .join('');
    return characters[position(index, characters.length, 'string')]!;
  }
  if (container instanceof Range) {
    if (index instanceof Slice) return index.positions(container.length).map((at) => container.at(at));
    return container.at(position(index, container.length, 'range object'));
  }
  const entries = Array.isArray(container) ? container : container instanceof Tuple ? container.entries : undefined;
  if (entries === undefined) return raise('TypeError', `'${typeNameOf(container)}' object is not subscriptable`);
  if (!(index instanceof Slice)) return entries[position(index, entries.length, typeNameOf(container))]!;
  const taken = index.positions(entries.length).map((at) => entries[at]!);
  return container instanceof Tuple ? new Tuple(taken) : taken;
}

/** `container[index] = value` */
export function setItem(container: Value, index: Value, value: Value): void {
  if (container instanceof Dict) {
    container.set(index, value);
    return;
  }
  const own = container instanceof PythonObject ? container.attribute('__setitem__') : undefined;
  if (own instanceof Callable) {
    own.call([index, value], new Map());
    return;
  }
  if (Array.isArray(container) && !(index instanceof Slice)) {
    container[position(index, container.length, 'list')] = value;
    return;
  }
  raise('TypeError', `'${typeNameOf(container)}' object does not support item assignment`);
}

/** `del container[index]` */
export function deleteItem(container: Value, index: Value): void {
  if (container instanceof Dict) {
    if (!container.delete(index)) throw keyError(index);
    return;
  }
  if (!Array.isArray(container)) raise('TypeError', `'${typeNameOf(container)}' object does not support item deletion`);
  if (index instanceof Slice) {
    const gone = new Set(index.positions(container.length));
    const kept = container.filter((_, at) => !gone.has(at));
    container.splice(0, container.length, ...kept);
  } else container.splice(position(index, container.length, 'list'), 1);
}

function position(index: Value, length: number, type: string): number {
  const number = asNumber(index);
  if (typeof number !== 'bigint') {
    const noun = type === 'str' ? 'string' : type;
    return raise('TypeError', `${noun} indices must be integers or slices, not ${typeNameOf(index)}`);
  }
  const at = Number(number) < 0 ? Number(number) + length : Number(number);
  if (at < 0 || at >= length) raise('IndexError', `${type} index out of range`);
  return at;
}

function keyError(key: Value): never {
  return raise('KeyError', typeof key === 'string' ? `'${key}'` : String(key));
}

export function contains(values: Iterable<Value>, wanted: Value): boolean {
  for (const value of values) if (isEqual(value, wanted)) return true;
  return false;
}
