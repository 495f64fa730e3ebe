import { z } from 'zod';
import { compileFieldPath } from '../datasets/field-path.ts';
import { defineAlgorithm, type ScoringInput } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { jsonOf, schemaValidator } from './json-checks.ts';
import { isSameJson } from './same-json.ts';
import { binary } from './score-specs.ts';

const options = z.strictObject({
  schema: z.record(z.string(), z.unknown()).optional().describe('JSON Schema (2020-12) that the output must meet.'),
  schema_field: z.string().min(1).optional().describe('Column or JMESPath of a schema of the row’s own.'),
  extract: z
    .enum(['whole', 'fenced'])
    .default('fenced')
    .describe(
      '`fenced` (default) also takes the JSON out of a Markdown code block; `whole` wants nothing else around it.',
    ),
  compare_target: z.boolean().default(false).describe('Compare with the JSON in target_output too. Default false.'),
});

type Options = z.output<typeof options>;

/**
 * Is the output JSON, does it meet a JSON Schema, and is it the JSON that was expected? Key order and spaces do not matter.
 * @see https://json-schema.org/draft/2020-12
 */
export const jsonValidity = defineAlgorithm<Options>({
  name: 'json_validity',
  summary: 'Whether the output is JSON and meets a schema.',
  options,
  rowFields: ({ schema_field: field }) => (field === undefined ? [] : [field]),
  needs: ({ compare_target: compare }) => ['model_input', ...(compare ? (['target_output'] as const) : [])],
  scores: ({ schema, schema_field: field, compare_target: compare }) => ({
    json_validity: binary('The output is JSON.'),
    ...(schema !== undefined || field !== undefined
      ? { schema_validity: binary('It is JSON that meets the schema.') }
      : {}),
    ...(compare ? { json_match: binary('It is the expected JSON, key order aside.') } : {}),
  }),
  score: (input, settings) => {
    const schema = schemaOf(input, settings);
    const validate = schema === undefined ? undefined : schemaValidator(schema);
    if (validate === 'invalid') return { unscored: 'schema_invalid' };
    const hasSchema = settings.schema !== undefined || settings.schema_field !== undefined;
    if (hasSchema && validate === undefined) return { unscored: 'no_schema' };
    const value = jsonOf(answerText(input), settings.extract);
    const target = settings.compare_target ? jsonOf(input.sample.features.target_output ?? '', 'whole') : undefined;
    if (settings.compare_target && target === undefined) return { unscored: 'target_no_json' };
    return {
      scores: {
        json_validity: Number(value !== undefined),
        ...(validate === undefined ? {} : { schema_validity: Number(value !== undefined && validate(value.json)) }),
        ...(target === undefined
          ? {}
          : { json_match: Number(value !== undefined && isSameJson(value.json, target.json)) }),
      },
    };
  },
  signature: ({ schema, schema_field: field, extract, compare_target: compare }) =>
    `json_validity|extract:${extract}|schema:${field ?? (schema === undefined ? 'none' : JSON.stringify(schema))}${compare ? '|match' : ''}|v1`,
});

function schemaOf({ sample }: ScoringInput, { schema, schema_field: field }: Options): object | undefined {
  if (field === undefined) return schema;
  const found = compileFieldPath(field).read(sample.record);
  const value = typeof found === 'string' ? jsonOf(found, 'whole')?.json : found;
  return typeof value === 'object' && value !== null ? value : schema;
}
