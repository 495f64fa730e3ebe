import { z } from 'zod';
import { evaluationConfig } from './schema/evaluation-config.ts';

export interface ConfigJsonSchemaOptions {
  /** Known algorithms by name; editors complete their names and options. */
  readonly algorithms?: ReadonlyMap<string, { readonly summary?: string; readonly options?: z.ZodType }>;
}

/** JSON Schema (2020-12) of the config file, as `assay schema` writes it. */
export function configJsonSchema(options: ConfigJsonSchemaOptions = {}): Record<string, unknown> {
  const schema = z.toJSONSchema(evaluationConfig, { target: 'draft-2020-12', io: 'input' }) as Record<string, unknown>;
  schema.title = 'assay evaluation config';
  schema.patternProperties = { '^x-': { description: 'Your own: a place for YAML anchors.' } };
  if (options.algorithms === undefined) return schema;
  const entry = (
    schema as {
      properties: { algorithms: { items: { properties: Record<string, Record<string, unknown>>; allOf?: unknown } } };
    }
  ).properties.algorithms.items;
  entry.properties.algorithm = { ...entry.properties.algorithm, examples: [...options.algorithms.keys()] };
  entry.allOf = [...options.algorithms].flatMap(([name, algorithm]) => {
    if (algorithm.options === undefined) return [];
    const { properties } = z.toJSONSchema(algorithm.options, {
      target: 'draft-2020-12',
      io: 'input',
      unrepresentable: 'any',
    });
    return [
      {
        if: { properties: { algorithm: { const: name } }, required: ['algorithm'] },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword.
        then: { properties: properties ?? {} },
      },
    ];
  });
  return schema;
}
