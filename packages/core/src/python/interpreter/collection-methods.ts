import type { Budget } from './budget.ts';
import { raise } from './python-error.ts';
import { itemOf } from './sequences.ts';
import { sorted } from './sorted.ts';
import { asNumber, Dict, isEqual, iterate, type Keywords, PythonSet, Tuple, type Value } from './values.ts';

type MethodOf<T> = (self: T, args: readonly Value[], keywords: Keywords, budget: Budget) => Value;

export const LIST_METHODS: Readonly<Record<string, MethodOf<Value[]>>> = {
  append: (list, [value], _, budget) => {
    budget.size(list.length / 64);
    list.push(value!);
    return null;
  },
  extend: (list, [values]) => {
    for (const value of [...iterate(values!)]) list.push(value);
    return null;
  },
  insert: (list, [at, value]) => {
    list.splice(Number(at), 0, value!);
    return null;
  },
  pop: (list, [at]) => {
    if (list.length === 0) raise('IndexError', 'pop from empty list');
    const value = itemOf(list, at ?? -1n);
    list.splice(Number(at ?? -1n), 1);
    return value;
  },
  remove: (list, [value]) => {
    list.splice(indexOf(list, value!), 1);
    return null;
  },
  clear: (list) => {
    list.length = 0;
    return null;
  },
  reverse: (list) => {
    list.reverse();
    return null;
  },
  sort: (list, _, keywords, budget) => {
    const values = sorted(list, keywords, budget);
    list.splice(0, list.length, ...values);
    return null;
  },
  copy: (list) => [...list],
  index: (list, [value]) => BigInt(indexOf(list, value!)),
  count: (list, [value]) => BigInt(list.filter((each) => isEqual(each, value!)).length),
};

export const TUPLE_METHODS: Readonly<Record<string, MethodOf<Tuple>>> = {
  index: ({ entries }, [value]) => BigInt(indexOf(entries, value!)),
  count: ({ entries }, [value]) => BigInt(entries.filter((each) => isEqual(each, value!)).length),
};

function indexOf(values: readonly Value[], wanted: Value): number {
  const at = values.findIndex((value) => isEqual(value, wanted));
  return at < 0 ? raise('ValueError', 'the value is not in the list') : at;
}

export const DICT_METHODS: Readonly<Record<string, MethodOf<Dict>>> = {
  get: (dict, [key, otherwise = null]) => dict.get(key!) ?? otherwise,
  keys: (dict) => [...dict.keys()],
  values: (dict) => [...dict.values()],
  items: (dict) => Array.from(dict.pairs(), (pair) => new Tuple(pair)),
  copy: (dict) => new Dict(dict.pairs(), dict.make),
  update: (dict, [other], keywords) => {
    const pairs = other instanceof Dict ? other.pairs() : other === undefined ? [] : pairsOf(other);
    for (const [key, value] of pairs) dict.set(key, value);
    for (const [key, value] of keywords) dict.set(key, value);
    return null;
  },
  setdefault: (dict, [key, otherwise = null]) => {
    const value = dict.get(key!);
    if (value === undefined) dict.set(key!, otherwise);
    return value ?? otherwise;
  },
  pop: (dict, [key, otherwise]) => {
    const value = dict.get(key!) ?? otherwise;
    dict.delete(key!);
    return value ?? raise('KeyError', String(key));
  },
  clear: (dict) => {
    dict.entries.clear();
    return null;
  },
  // Of a Counter.
  most_common: (dict, [count]) => {
    const pairs = [...dict.pairs()].sort(([, a], [, b]) => Number(asNumber(b)) - Number(asNumber(a)));
    return pairs
      .slice(0, count === undefined || count === null ? pairs.length : Number(count))
      .map((pair) => new Tuple(pair));
  },
};

/** Pairs of a list of pairs. */
export function pairsOf(value: Value): [Value, Value][] {
  return Array.from(iterate(value), (pair) => {
    const [key, of, ...more] = iterate(pair);
    if (key === undefined || of === undefined || more.length > 0) raise('ValueError', 'a pair is wanted');
    return [key, of];
  });
}

export const SET_METHODS: Readonly<Record<string, MethodOf<PythonSet>>> = {
  add: (set, [value]) => {
    set.add(value!);
    return null;
  },
  discard: (set, [value]) => {
    for (const [hash, each] of set.entries) if (isEqual(each, value!)) set.entries.delete(hash);
    return null;
  },
  update: (set, lists) => {
    for (const list of lists) for (const value of iterate(list)) set.add(value);
    return null;
  },
  union: (set, lists) => new PythonSet([...set.entries.values(), ...lists.flatMap((list) => [...iterate(list)])]),
  intersection: (set, [other]) => {
    const others = new PythonSet(iterate(other!));
    return new PythonSet([...set.entries.values()].filter((value) => others.has(value)));
  },
  difference: (set, [other]) => {
    const others = new PythonSet(iterate(other!));
    return new PythonSet([...set.entries.values()].filter((value) => !others.has(value)));
  },
  issubset: (set, [other]) => {
    const others = new PythonSet(iterate(other!));
    return [...set.entries.values()].every((value) => others.has(value));
  },
  issuperset: (set, [other]) => [...iterate(other!)].every((value) => set.has(value)),
  isdisjoint: (set, [other]) => ![...iterate(other!)].some((value) => set.has(value)),
  copy: (set) => new PythonSet(set.entries.values()),
};
