import { type Schema, typesOf } from './merge-schemas.ts';

const TYPE_OF_KEYWORD: Readonly<Record<string, string>> = {
  minLength: 'string',
  maxLength: 'string',
  pattern: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  minProperties: 'object',
  maxProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  additionalItems: 'array',
  minItems: 'array',
  maxItems: 'array',
};

/** Whether a keyword says nothing about any of these values, being about another type. */
export function isIdle(keyword: string, values: readonly unknown[]): boolean {
  const type = TYPE_OF_KEYWORD[keyword];
  return type !== undefined && values.every((value) => !hasType(value, new Set([type])));
}

/** Whether a value is of one of these JSON Schema types. */
export function hasType(value: unknown, types: ReadonlySet<string>): boolean {
  if (value === null) return types.has('null');
  if (Array.isArray(value)) return types.has('array');
  if (typeof value === 'number') return types.has('number') || (types.has('integer') && Number.isInteger(value));
  return types.has(typeof value);
}

/** Whether no value can meet two of these: by types, or by listed values. */
export function areDisjoint(schemas: readonly Schema[]): boolean {
  const kinds = schemas.map((schema) => {
    if (typeof schema === 'boolean') return schema ? null : [];
    const values = 'const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined);
    if (values !== undefined) return values.map((value) => JSON.stringify(value));
    if (
      schema.type === undefined ||
      schema.$ref !== undefined ||
      schema.anyOf !== undefined ||
      schema.allOf !== undefined
    )
      return null;
    return typesOf(schema).map((type) => (type === 'integer' ? 'number' : type));
  });
  if (kinds.some((kind) => kind === null)) return false;
  const flat = kinds.flatMap((kind) => [...new Set(kind)]);
  const areAlike =
    schemas.every((schema) => typeof schema === 'object' && ('const' in schema || schema.enum !== undefined)) ||
    schemas.every((schema) => typeof schema === 'object' && !('const' in schema) && schema.enum === undefined);
  return areAlike && new Set(flat).size === flat.length;
}
