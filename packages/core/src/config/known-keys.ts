import type { z } from 'zod';

type Definition = {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
};

/** The schemas that a value at `path` may have; several below a union. */
export function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  const here = unwrap(schema);
  const [step, ...rest] = path;
  if (step === undefined) return here;
  return here.flatMap((candidate) => {
    const { element, valueType, shape } = definitionOf(candidate);
    const next = shape?.[String(step)] ?? element ?? valueType;
    return next === undefined ? [] : schemasAt(next, rest);
  });
}

/** Keys that an object schema names; empty for other schemas. */
export function keysOf(schema: z.ZodType): string[] {
  return unwrap(schema).flatMap((candidate) => Object.keys(definitionOf(candidate).shape ?? {}));
}

/** Keys one level down, each with the key of `schema` that holds it. */
export function childKeysOf(schema: z.ZodType): Map<string, string> {
  const parents = new Map<string, string>();
  for (const candidate of unwrap(schema)) {
    for (const [name, child] of Object.entries(definitionOf(candidate).shape ?? {})) {
      for (const key of keysOf(child)) if (!parents.has(key)) parents.set(key, name);
    }
  }
  return parents;
}

/** Takes off optional, default and transform; a union becomes its members. */
function unwrap(schema: z.ZodType): z.ZodType[] {
  const { type, innerType, in: input, options } = definitionOf(schema);
  if (innerType !== undefined) return unwrap(innerType);
  if (type === 'pipe' && input !== undefined) return unwrap(input);
  if (options !== undefined) return options.flatMap(unwrap);
  return [schema];
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;
