import type { Budget } from './budget.ts';
import { DICT_METHODS, LIST_METHODS, SET_METHODS, TUPLE_METHODS } from './collection-methods.ts';
import { NotInterpreted, raise } from './python-error.ts';
import { TEXT_METHODS } from './text-methods.ts';
import {
  Callable,
  Dict,
  type Keywords,
  Module,
  PythonObject,
  PythonSet,
  Tuple,
  typeNameOf,
  Unsupported,
  type Value,
} from './values.ts';

type Method = (self: never, args: readonly Value[], keywords: Keywords, budget: Budget) => Value;

/** `object.name`. @throws PythonError AttributeError @throws NotInterpreted for members of a module that are not known */
export function attributeOf(object: Value, name: string, budget: Budget): Value {
  const methods = methodsOf(object);
  if (methods !== undefined && Object.hasOwn(methods, name)) {
    const method = methods[name]!;
    return new Callable(name, (args, keywords) => method(object as never, args, keywords, budget));
  }
  const value = object instanceof PythonObject ? object.attribute(name) : undefined;
  if (value instanceof Unsupported) throw new NotInterpreted(`${name}: ${value.reason}`);
  if (value !== undefined) return value;
  if (object instanceof Module) throw new NotInterpreted(`${object.name}.${name}`);
  return raise('AttributeError', `'${typeNameOf(object)}' object has no attribute '${name}'`);
}

function methodsOf(object: Value): Readonly<Record<string, Method>> | undefined {
  if (typeof object === 'string') return TEXT_METHODS as Readonly<Record<string, Method>>;
  if (Array.isArray(object)) return LIST_METHODS as Readonly<Record<string, Method>>;
  if (object instanceof Dict) return DICT_METHODS as Readonly<Record<string, Method>>;
  if (object instanceof PythonSet) return SET_METHODS as Readonly<Record<string, Method>>;
  if (object instanceof Tuple) return TUPLE_METHODS as Readonly<Record<string, Method>>;
  return undefined;
}

/** Methods of bytes and digests. */
const OF_OTHERS: ReadonlySet<string> = new Set(['decode', 'hexdigest']);

/** Whether any value has a method of this name: for telling before a program runs what it asks for. */
export function isKnownMethod(name: string): boolean {
  if (OF_OTHERS.has(name)) return true;
  return [TEXT_METHODS, LIST_METHODS, DICT_METHODS, SET_METHODS, TUPLE_METHODS].some((methods) =>
    Object.hasOwn(methods, name),
  );
}
