import { AssayError } from '@assay/core';
import type { Hyperparameter } from './jumpstart-document.ts';
import { pythonText } from './parse-document.ts';

/** Lists put over one another: entries of the later replace those of the same name. */
export function mergedHyperparameters(
  document: readonly Hyperparameter[],
  variant: readonly Hyperparameter[],
): readonly Hyperparameter[] {
  const all = new Map(document.map((each) => [each.name, each]));
  for (const each of variant) all.set(each.name, each);
  return [...all.values()];
}

/** Defaults as text, of the algorithm or of the container too; what an instance type brings counts whatever its scope. */
export function hyperparameterDefaults(
  document: readonly Hyperparameter[],
  variant: readonly Hyperparameter[],
  scopes: ReadonlySet<string>,
): Record<string, string> {
  const own = document.filter(({ scope }) => scope != null && scopes.has(scope));
  return Object.fromEntries(
    [...own, ...variant].flatMap(({ name, default: value }) => (value == null ? [] : [[name, pythonText(value)]])),
  );
}

export type ValidationMode = 'provided' | 'algorithm' | 'all';

/**
 * Holds hyperparameters against a document, as AWS's SDK does.
 * @param mode `provided`: what is given must be known and fit; `algorithm`, `all`: none may be missing either
 * @returns what is wrong with the first that does not fit; undefined when all is well
 */
export function hyperparameterProblem(
  given: Readonly<Record<string, unknown>>,
  specs: readonly Hyperparameter[],
  mode: ValidationMode,
): string | undefined {
  if (mode !== 'provided') {
    const wanted = specs.filter(({ scope }) => mode === 'all' || scope === 'algorithm');
    const missing = wanted.find(({ name }) => !(name in given));
    if (missing !== undefined) return `${missing.name} is missing`;
    return wanted.map((spec) => problemOf(spec, given[spec.name])).find((problem) => problem !== undefined);
  }
  for (const [name, value] of Object.entries(given)) {
    const spec = specs.find((each) => each.name === name);
    const problem = spec === undefined ? `${name} is not known to the model` : problemOf(spec, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** @throws AssayError CONFIG_INVALID naming the model and the hyperparameter */
export function checkHyperparameters(
  model: string,
  given: Readonly<Record<string, unknown>>,
  specs: readonly Hyperparameter[] = [],
): void {
  if (specs.length === 0) return;
  const problem = hyperparameterProblem(given, specs, 'provided');
  if (problem === undefined) return;
  throw new AssayError('CONFIG_INVALID', `finetuning of ${model}: ${problem}`, {
    hint: `its hyperparameters: ${specs.map(({ name }) => name).join(', ')}`,
  });
}

function problemOf(spec: Hyperparameter, value: unknown): string | undefined {
  const { name, type, options } = spec;
  if (type === 'text') {
    if (typeof value !== 'string') return `${name} must be text, not ${JSON.stringify(value)}`;
    if (options != null && options.length > 0 && !options.map(String).includes(value))
      return `${name} must be one of ${options.join(', ')}, not "${value}"`;
    return outside(`the length of ${name}`, value.length, spec);
  }
  const isBoolean = typeof value === 'boolean' || /^(true|false)$/i.test(String(value));
  if (type === 'bool') return isBoolean ? undefined : `${name} must be true or false, not ${JSON.stringify(value)}`;
  if (type !== 'int' && type !== 'float') return undefined;
  const text = String(value).trim();
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number)) return `${name} must be a number, not ${JSON.stringify(value)}`;
  if (type === 'int' && !/^[+-]?\d+$/.test(text)) return `${name} must be a whole number, not ${JSON.stringify(value)}`;
  return outside(name, number, spec);
}

function outside(what: string, value: number, spec: Hyperparameter): string | undefined {
  const { min, max, exclusive_min: above, exclusive_max: below } = spec;
  if (min != null && (value < min || (above === true && value === min)))
    return `${what} must be ${above === true ? 'above' : 'at least'} ${min}, not ${value}`;
  if (max != null && (value > max || (below === true && value === max)))
    return `${what} must be ${below === true ? 'below' : 'at most'} ${max}, not ${value}`;
  if (typeof above === 'number' && value <= above) return `${what} must be above ${above}, not ${value}`;
  if (typeof below === 'number' && value >= below) return `${what} must be below ${below}, not ${value}`;
  return undefined;
}
