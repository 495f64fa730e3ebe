import { Frame } from './frame.ts';
import { raise } from './python-error.ts';
import type { Expression, Parameter, Statement } from './syntax.ts';
import { SOURCES } from './unsupported.ts';
import { Callable, Dict, type Keywords, PythonIterator, Tuple, type Value } from './values.ts';

/** What runs the bodies of functions. */
interface Runs {
  evaluate(expression: Expression, frame: Frame): Value;
  runBody(statements: readonly Statement[], frame: Frame): Value;
}

interface Definition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

/** A function of the program; defaults are evaluated once, as in Python. */
export function makeFunction(interpreter: Runs, definition: Definition, frame: Frame): Callable {
  const { name, parameters, body } = definition;
  const defaults = new Map(
    parameters.flatMap((each) =>
      each.default === undefined ? [] : [[each.name, interpreter.evaluate(each.default, frame)] as const],
    ),
  );
  const isGenerator = hasYield(body);
  const made = new Callable(name, (args, keywords) => {
    const own = new Frame(frame);
    bind(name, parameters, defaults, args, keywords, own);
    const returned = interpreter.runBody(body, own);
    // What a generator gives is made at once: nothing here acts between two of its values.
    return isGenerator ? new PythonIterator(own.given[Symbol.iterator]()) : returned;
  });
  SOURCES.set(made, { parameters, body, frame });
  return made;
}

function bind(
  name: string,
  parameters: readonly Parameter[],
  defaults: ReadonlyMap<string, Value>,
  args: readonly Value[],
  keywords: Keywords,
  own: Frame,
): void {
  const left = new Map(keywords);
  let at = 0;
  for (const parameter of parameters) {
    if (parameter.kind === 'star') {
      own.names.set(parameter.name, new Tuple(args.slice(at)));
      at = Math.max(at, args.length);
    } else if (parameter.kind === 'double-star') {
      own.names.set(parameter.name, new Dict(left));
      left.clear();
    } else {
      const positional = parameter.kind === 'positional' && at < args.length ? args[at++] : undefined;
      const value = positional ?? left.get(parameter.name) ?? defaults.get(parameter.name);
      if (value === undefined) raise('TypeError', `${name}() missing the argument '${parameter.name}'`);
      if (positional !== undefined && left.has(parameter.name)) {
        raise('TypeError', `${name}() got multiple values for argument '${parameter.name}'`);
      }
      left.delete(parameter.name);
      own.names.set(parameter.name, value);
    }
  }
  if (at < args.length) raise('TypeError', `${name}() takes ${at} positional arguments but ${args.length} were given`);
  const [unknown] = left.keys();
  if (unknown !== undefined) raise('TypeError', `${name}() got an unexpected keyword argument '${unknown}'`);
}

/** Whether `yield` stands in a body, functions within it left out. */
function hasYield(body: readonly Statement[]): boolean {
  const inValue = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(inValue);
    if (typeof value !== 'object' || value === null) return false;
    const { kind } = value as { readonly kind?: string };
    if (kind === 'yield') return true;
    if (kind === 'function' || kind === 'lambda' || kind === 'class') return false;
    return Object.values(value as Record<string, Expression>).some(inValue);
  };
  return inValue(body);
}
