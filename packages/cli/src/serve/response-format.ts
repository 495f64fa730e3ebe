import type { TextConstraint } from 'assay/internal';
import { z } from 'zod';

const MOST_CHOICES = 1000;

const schema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
const choices = z.array(z.string().min(1)).min(1).max(MOST_CHOICES);

const named = z.strictObject({
  name: z.string().nullish(),
  description: z.string().nullish(),
  strict: z.boolean().nullish(),
  schema,
});

/** OpenAI's forms of an answer, and patterns and choices beside them. */
export const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({ type: z.literal('json_schema'), json_schema: named }),
  z.strictObject({ type: z.literal('regex'), pattern: z.string() }),
  z.strictObject({ type: z.literal('choice'), choices }),
]);

/** The same as vLLM's clients ask for it. */
export const structuredOutputs = z
  .strictObject({ json: schema.optional(), regex: z.string().optional(), choice: choices.optional() })
  .refine((value) => Object.keys(value).length === 1, 'one of json, regex and choice');

export interface WithFormat {
  readonly response_format?: z.output<typeof responseFormat> | null | undefined;
  readonly structured_outputs?: z.output<typeof structuredOutputs> | null | undefined;
}

/** What the answers keep to; undefined for plain text. */
export function constraintOf({
  response_format: format,
  structured_outputs: outputs,
}: WithFormat): TextConstraint | undefined {
  if (outputs?.json !== undefined) return { type: 'json_schema', schema: outputs.json };
  if (outputs?.regex !== undefined) return { type: 'regex', pattern: outputs.regex };
  if (outputs?.choice !== undefined) return { type: 'choice', choices: outputs.choice };
  if (format === null || format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json_schema', schema: { type: 'object' } };
  return format.type === 'json_schema' ? { type: 'json_schema', schema: format.json_schema.schema } : format;
}
