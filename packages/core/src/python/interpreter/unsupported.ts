import { isKnownMethod } from './attributes.ts';
import type { Frame } from './frame.ts';
import type { Parameter, Statement } from './syntax.ts';
import { Callable, Module, Unsupported, type Value } from './values.ts';

/** A function of the program with what it stands in. */
interface Source {
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly frame: Frame;
}

/** Where functions come from, for looking through them. */
export const SOURCES = new WeakMap<Callable, Source>();

const REFUSED: ReadonlySet<string> = new Set(['class', 'bytes', 'complex', 'await', 'ellipsis']);

/**
 * What of a function, and of all that it calls by name, is not known here; undefined where nothing is.
 * Only a run tells whether it gets there, and what methods its values have.
 */
export function unsupportedIn(callable: Callable, builtins: ReadonlyMap<string, Value>): string | undefined {
  const seen = new Set<Callable>();
  const look = (each: Callable): string | undefined => {
    if (seen.has(each)) return undefined;
    seen.add(each);
    const source = SOURCES.get(each) ?? (each.inner === undefined ? undefined : SOURCES.get(each.inner));
    if (source === undefined) return undefined;
    const bound = new Set(source.parameters.map(({ name }) => name));
    collectBound(source.body, bound);
    return lookThrough(source.body, source.frame, bound);
  };
  const lookThrough = (node: unknown, frame: Frame, bound: ReadonlySet<string>): string | undefined => {
    if (Array.isArray(node)) return firstOf(node, (each) => lookThrough(each, frame, bound));
    if (typeof node !== 'object' || node === null) return undefined;
    const { kind, line, name, object } = node as {
      kind?: string;
      line?: number;
      name?: string;
      object?: { kind?: string; name?: string };
    };
    if (kind !== undefined && REFUSED.has(kind)) return `line ${line}: ${kind}`;
    if (kind === 'attribute') {
      const owner =
        object?.kind === 'name' && !bound.has(object.name!)
          ? frame.holderOf(object.name!)?.names.get(object.name!)
          : undefined;
      if (owner instanceof Unsupported) return owner.reason;
      const reason =
        owner instanceof Module ? memberReason(owner, name!) : owner === undefined ? methodReason(name!) : undefined;
      if (reason !== undefined) return reason;
    }
    if (kind === 'name' && !bound.has(name!)) {
      const value = frame.holderOf(name!)?.names.get(name!) ?? builtins.get(name!);
      if (value === undefined) return `the name ${name}`;
      if (value instanceof Unsupported) return value.reason;
      const reason = value instanceof Callable ? look(value) : undefined;
      if (reason !== undefined) return reason;
    }
    return firstOf(Object.values(node), (each) => lookThrough(each, frame, bound));
  };
  return look(callable);
}

function memberReason(module: Module, name: string): string | undefined {
  const value = module.attribute(name);
  if (value instanceof Unsupported) return value.reason;
  return value === undefined ? `${module.name}.${name}` : undefined;
}

/** Methods of what the host gives, besides those of texts and collections. */
const HOST_METHODS: ReadonlySet<string> = new Set([
  ...['map', 'filter', 'select', 'remove_columns', 'rename_column', 'rename_columns', 'add_column', 'column_names'],
  ...[
    'group',
    'groups',
    'groupdict',
    'start',
    'end',
    'span',
    'sub',
    'search',
    'match',
    'findall',
    'finditer',
    'fullmatch',
  ],
  ...[
    'shuffle',
    'sample',
    'choice',
    'randint',
    'seed',
    'num_rows',
    'to_list',
    'update',
    'pattern',
    'from_iterable',
    'fromkeys',
  ],
  ...['debug', 'info', 'warning', 'error', 'path', 'from_list', 'from_dict'],
  ...['open', 'read', 'readlines', 'read_text', 'parent', 'resolve', 'close'],
]);

const methodReason = (name: string): string | undefined =>
  isKnownMethod(name) || HOST_METHODS.has(name) ? undefined : `the method ${name}`;

/** Names that a body binds anywhere in it, in functions and comprehensions within it too. */
function collectBound(node: unknown, bound: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) collectBound(each, bound);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const each = node as {
    kind?: string;
    name?: string;
    target?: unknown;
    targets?: unknown[];
    parameters?: Parameter[];
    names?: { name: string; as?: string }[];
  };
  if (each.kind === 'function') bound.add(each.name!);
  for (const target of [each.target, ...(each.targets ?? [])]) namesIn(target, bound);
  for (const parameter of each.parameters ?? []) bound.add(parameter.name);
  if (each.kind === 'import') for (const { name, as } of each.names ?? []) bound.add(as ?? name.split('.')[0]!);
  if ('type' in each && typeof each.name === 'string') bound.add(each.name);
  for (const value of Object.values(each)) collectBound(value, bound);
}

function namesIn(target: unknown, bound: Set<string>): void {
  if (typeof target === 'string') bound.add(target);
  if (Array.isArray(target)) for (const each of target) namesIn(each, bound);
  if (typeof target !== 'object' || target === null) return;
  const { kind, name, entries, value } = target as {
    kind?: string;
    name?: string;
    entries?: unknown[];
    value?: unknown;
  };
  if (kind === 'name') bound.add(name!);
  if (kind === 'star') namesIn(value, bound);
  if (entries !== undefined) namesIn(entries, bound);
}

function firstOf<T>(values: readonly T[], of: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = of(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
