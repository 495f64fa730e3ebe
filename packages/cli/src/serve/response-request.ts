import type { ChatMessage } from 'assay/internal';
import { z } from 'zod';
import { contentOf, MOST_ALTERNATIVES, MOST_INPUTS, sampling, tokenCount, withoutNothing } from './request-schemas.ts';

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
  text: z
    .strictObject({ format: z.strictObject({ type: z.literal('text', 'only text is supported') }).nullish() })
    .nullish(),
  truncation: z.literal('disabled', 'nothing is cut here').nullish(),
});
export type ResponseRequest = z.output<typeof responseRequest>;

/** The conversation that is asked. */
export function messagesOf({ input, instructions }: ResponseRequest): ChatMessage[] {
  const turns = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  return typeof instructions === 'string' ? [{ role: 'system', content: instructions }, ...turns] : turns;
}
