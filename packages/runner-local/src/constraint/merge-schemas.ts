import { AssayError } from '@assay/core/errors';
import { checkShapes } from './schema-shapes.ts';

export type SchemaObject = Readonly<Record<string, unknown>>;
export type Schema = boolean | SchemaObject;

const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** The types that a schema allows; a schema without one allows all. */
export function typesOf({ type }: SchemaObject): readonly string[] {
  if (type === undefined) return TYPES;
  return Array.isArray(type) ? type.map(String) : [String(type)];
}

/** The larger bound of two, or the smaller. */
const BOUNDS: Readonly<Record<string, 'max' | 'min'>> = {
  minimum: 'max',
  exclusiveMinimum: 'max',
  minLength: 'max',
  minItems: 'max',
  minProperties: 'max',
  maximum: 'min',
  exclusiveMaximum: 'min',
  maxLength: 'min',
  maxItems: 'min',
  maxProperties: 'min',
};

/**
 * What meets two schemas at once.
 * @throws AssayError RUNNER_CONSTRAINT where a keyword stands in both and cannot be put together
 */
export function mergeSchemas(a: Schema, b: Schema, at: string): Schema {
  if (typeof a === 'boolean') return a ? b : false;
  if (typeof b === 'boolean') return b ? a : false;
  checkShapes(a, at);
  checkShapes(b, at);
  const merged: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) merged[name] = name in a ? both(name, a[name], value, at) : value;
  return closedTo(a, b, merged, at);
}

function both(name: string, a: unknown, b: unknown, at: string): unknown {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (name === 'type') return typesOf({ type: a }).flatMap((type) => common(type, typesOf({ type: b })));
  if (name === 'required') return [...new Set([...(a as string[]), ...(b as string[])])];
  if (name in BOUNDS && typeof a === 'number' && typeof b === 'number') return Math[BOUNDS[name]!](a, b);
  if (name === 'enum') {
    const there = new Set((b as unknown[]).map((each) => JSON.stringify(each)));
    return (a as unknown[]).filter((each) => there.has(JSON.stringify(each)));
  }
  if (name === 'properties') return bothProperties(a as Record<string, Schema>, b as Record<string, Schema>, at);
  if (['title', 'description', 'default', 'examples', '$comment', '$id', '$schema', 'format'].includes(name)) return a;
  throw new AssayError(
    'RUNNER_CONSTRAINT',
    `the JSON Schema has ${name} twice, in ways that cannot be put together (${at})`,
    {
      hint: 'write what both say as one',
    },
  );
}

function common(type: string, others: readonly string[]): string[] {
  if (others.includes(type)) return [type];
  if (type === 'number' && others.includes('integer')) return ['integer'];
  return type === 'integer' && others.includes('number') ? ['integer'] : [];
}

function bothProperties(a: Record<string, Schema>, b: Record<string, Schema>, at: string): Record<string, Schema> {
  const merged: Record<string, Schema> = { ...a };
  for (const [name, schema] of Object.entries(b)) {
    const own = Object.hasOwn(a, name) ? mergeSchemas(a[name]!, schema, at) : schema;
    Object.defineProperty(merged, name, { value: own, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

/** Members that only one of the two names are for the other one additional. */
function closedTo(a: SchemaObject, b: SchemaObject, merged: Record<string, unknown>, at: string): Schema {
  const properties = merged.properties as Record<string, Schema> | undefined;
  if (properties === undefined) return merged;
  const found = { ...properties };
  for (const side of [a, b]) {
    const others = side.additionalProperties as Schema | undefined;
    if (others === undefined || others === true) continue;
    const own = (side.properties ?? {}) as Record<string, Schema>;
    for (const name of Object.keys(found)) {
      if (!Object.hasOwn(own, name)) found[name] = mergeSchemas(found[name]!, others, at);
    }
  }
  return { ...merged, properties: found };
}
