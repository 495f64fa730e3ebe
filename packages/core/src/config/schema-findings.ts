import type { z } from 'zod';
import type { SourcePlace } from '../errors/assay-error.ts';
import { type ConfigPath, formatPath } from './config-path.ts';
import { didYouMean } from './did-you-mean.ts';
import type { ErrorFinding } from './finding.ts';
import { childKeysOf, keysOf, schemasAt } from './known-keys.ts';

type Issue = z.core.$ZodIssue;

export interface SchemaFindingsContext {
  readonly schema: z.ZodType;
  /** The value that the schema was given. */
  readonly data: unknown;
  /** Where in the file that value stands. */
  readonly basePath: ConfigPath;
  placeOf(path: ConfigPath): SourcePlace;
}

/** zod's issues as findings with line, column and a suggestion; one for each unknown key. */
export function schemaFindings(issues: readonly Issue[], context: SchemaFindingsContext): ErrorFinding[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, context));
    if (issue.code === 'invalid_union') {
      const branch = nearestBranch(issue.errors);
      if (branch !== undefined)
        return schemaFindings(
          branch.map((inner) => within(inner, issue.path)),
          context,
        );
    }
    return [invalidValue(issue, context)];
  });
}

const within = (issue: Issue, path: PropertyKey[]): Issue => ({ ...issue, path: [...path, ...issue.path] }) as Issue;

/** The union member that the value was most likely meant to be: the one whose type fits at the top. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter(
    (issues) => !issues.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0),
  );
  return fitting.sort((a, b) => a.length - b.length)[0];
}

function unknownKey(path: PropertyKey[], key: string, context: SchemaFindingsContext): ErrorFinding {
  const where = [...context.basePath, ...path];
  const schemas = schemasAt(context.schema, path);
  const known = schemas.flatMap(keysOf);
  const tail = keySuggestion(key, known, new Map(schemas.flatMap((schema) => [...childKeysOf(schema)])));
  return {
    severity: 'error',
    code: 'CONFIG_UNKNOWN_KEY',
    message: `${formatPath(where)} has no key "${key}"${tail}`,
    at: context.placeOf([...where, key]),
    ...(tail === '' && known.length > 0 ? { hint: `keys here: ${known.join(', ')}` } : {}),
  };
}

function keySuggestion(key: string, known: readonly string[], children: ReadonlyMap<string, string>): string {
  if (children.has(key)) return `; it belongs under "${children.get(key)}"`;
  const near = didYouMean(key, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  const below = didYouMean(key, children.keys());
  return below === undefined ? '' : `; did you mean "${below}", under "${children.get(below)}"?`;
}

function invalidValue(issue: Issue, context: SchemaFindingsContext): ErrorFinding {
  const where = [...context.basePath, ...issue.path];
  const value = valueAt(context.data, issue.path);
  const last = issue.path.at(-1);
  const at = context.placeOf(where);
  if (value === undefined && typeof last === 'string') {
    const parent = formatPath(where.slice(0, -1));
    const about = schemasAt(context.schema, issue.path)[0]?.description;
    const hint = about === undefined ? {} : { hint: `${last}: ${about}` };
    return { severity: 'error', code: 'CONFIG_INVALID', message: `${parent} needs the key "${last}"`, at, ...hint };
  }
  const message = `${formatPath(where)} ${requirement(issue)}, found ${shown(value)}`;
  const suggestion =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? didYouMean(value, issue.values.map(String))
      : undefined;
  const hint = suggestion === undefined ? {} : { hint: `did you mean "${suggestion}"?` };
  return { severity: 'error', code: 'CONFIG_INVALID', message, at, ...hint };
}

function requirement(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${named(issue.expected)}`;
    case 'invalid_union':
      return `must be ${issue.errors.flatMap((branch) => branch.map((inner) => (inner.code === 'invalid_type' ? named(inner.expected) : inner.message))).join(' or ')}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`
        : 'must not be empty';
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`
        : `must be at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'} long`;
    case 'invalid_format':
      return issue.message.startsWith('must ')
        ? issue.message
        : `must be a ${issue.format === 'url' ? 'URL' : issue.format}`;
    default:
      return issue.message.startsWith('must ') ? issue.message : `is not valid (${issue.message})`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

const named = (type: string): string => TYPE_NAMES[type] ?? type;

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map of keys';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const step of path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  return value;
}
