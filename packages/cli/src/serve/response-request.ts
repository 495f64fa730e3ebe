import type { ChatMessage } from 'assay/internal';
import { z } from 'zod';
import { contentOf, MOST_ALTERNATIVES, MOST_INPUTS, sampling, tokenCount, withoutNothing } from './request-schemas.ts';
import type { WithFormat } from './response-format.ts';

const content = contentOf(['input_text', 'output_text', 'text']);

/** A turn of the conversation; answers come back with members of their own. */
const item = z.preprocess(
  withoutNothing,
  z
    .strictObject({
      type: z.literal('message', 'only messages are supported').optional(),
      role: z.enum(['system', 'developer', 'user', 'assistant']),
      content,
      id: z.string().optional(),
      status: z.string().optional(),
    })
    .transform(
      ({ role, content: text }): ChatMessage => ({
        role: role === 'developer' ? 'system' : role,
        content: text,
      }),
    ),
);

/** What may be listed beside the text; encrypted reasoning is none here. */
const INCLUDED = ['message.output_text.logprobs', 'reasoning.encrypted_content'] as const;

/** OpenAI's forms of an answer, as this API writes them. */
const format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: z.string().nullish(),
    description: z.string().nullish(),
    strict: z.boolean().nullish(),
    schema: z.record(z.string(), z.unknown()),
  }),
]);

/** The body of POST /v1/responses. */
export const responseRequest = z.object({
  model: z.string().nullish(),
  input: z.union([z.string(), z.array(item).min(1).max(MOST_INPUTS)], {
    error: 'must be a text or a list of messages of text',
  }),
  instructions: z.string().nullish(),
  max_output_tokens: tokenCount.nullish(),
  temperature: sampling.temperature,
  top_p: sampling.top_p,
  stream: z.boolean().nullish(),
  include: z.array(z.enum(INCLUDED)).nullish(),
  top_logprobs: z.int().min(0).max(MOST_ALTERNATIVES).nullish(),
  text: z.strictObject({ format: format.nullish() }).nullish(),
  truncation: z.literal('disabled', 'nothing is cut here').nullish(),
});
export type ResponseRequest = z.output<typeof responseRequest>;

/** The wanted form, as the chat API writes it. */
export function formatOf({ text }: ResponseRequest): WithFormat {
  const wanted = text?.format;
  if (wanted?.type !== 'json_schema') return { response_format: wanted };
  return { response_format: { type: 'json_schema', json_schema: { schema: wanted.schema } } };
}

/** The conversation that is asked. */
export function messagesOf({ input, instructions }: ResponseRequest): ChatMessage[] {
  const turns = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  return typeof instructions === 'string' ? [{ role: 'system', content: instructions }, ...turns] : turns;
}
