import { NotInterpreted } from './python-error.ts';
import { str } from './show.ts';
import { Callable, Dict, iterate, Module, PythonObject, Tuple, type Value } from './values.ts';

/** A plain value, of JSON or of a row, as the program sees it. Whole numbers are ints. */
export function fromPlain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (value instanceof PythonObject) return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  return new Dict(Object.entries(value as object).map(([key, each]) => [key, fromPlain(each)] as const));
}

/** A value of the program as JSON has it; tuples and sets become lists. @throws NotInterpreted for functions and the like */
export function toPlain(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Dict)
    return Object.fromEntries([...value.pairs()].map(([key, each]) => [str(key), toPlain(each)]));
  if (Array.isArray(value) || value instanceof Tuple) return [...iterate(value)].map(toPlain);
  if (value instanceof Callable || value instanceof Module) throw new NotInterpreted('a function as a value of a row');
  return [...iterate(value)].map(toPlain);
}
