import { z } from 'zod';
import type { TextConstraint } from '../../runner/runner.ts';

export const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
export type JsonSchema = z.output<typeof jsonSchema>;

/** Keys of a model that say what form its answers keep to. */
export const answerForm = {
  json_schema: jsonSchema.optional().describe('JSON Schema that every answer is held to.'),
  regex: z.string().min(1).optional().describe('Regular expression that whole answers match.'),
  choices: z.array(z.string().min(1)).min(1).max(1000).optional().describe('Texts of which every answer is one.'),
};

interface AnswerForm {
  readonly json_schema?: JsonSchema | undefined;
  readonly regex?: string | undefined;
  readonly choices?: readonly string[] | undefined;
}

/** Whether at most one of the keys is there. */
export function hasOneForm({ json_schema: schema, regex, choices }: AnswerForm): boolean {
  return [schema, regex, choices].filter((form) => form !== undefined).length <= 1;
}

/** What the answers keep to; undefined for plain text. */
export function constraintOfForm({ json_schema: schema, regex, choices }: AnswerForm = {}): TextConstraint | undefined {
  if (schema !== undefined) return { type: 'json_schema', schema };
  if (regex !== undefined) return { type: 'regex', pattern: regex };
  return choices === undefined ? undefined : { type: 'choice', choices };
}
