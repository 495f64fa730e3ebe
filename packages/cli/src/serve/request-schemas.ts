import { z } from 'zod';
import { isNothing } from './parse-request.ts';
import { responseFormat, structuredOutputs } from './response-format.ts';

const MOST_TOKENS = 32_768;
/** Choices, stop strings and alternatives: as many as OpenAI takes. */
const MOST_CHOICES = 128;
const MOST_STOPS = 4;
export const MOST_ALTERNATIVES = 20;
export const MOST_INPUTS = 256;

/** A text, or parts of text by the names that an API has for them. */
export function contentOf(types: readonly [string, ...string[]]) {
  const part = z.preprocess(withoutNothing, z.strictObject({ type: z.enum(types), text: z.string() }));
  return z.union([z.string(), z.array(part).transform(joined)], { error: 'must be a string or a list of text parts' });
}
const content = contentOf(['text']);

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map((part) => part.text).join('');
}

/** Clients send answers back as they got them, with members that say nothing. */
const message = z.preprocess(
  withoutNothing,
  z.strictObject({
    role: z
      .enum(['system', 'developer', 'user', 'assistant'])
      .transform((role) => (role === 'developer' ? ('system' as const) : role)),
    content,
  }),
);

export function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name, each]) => name === 'content' || !isNothing(each)));
}

export const messages = z.array(message).min(1).max(MOST_INPUTS);

const stopString = z.string().min(1, 'must not be empty');

function stopStrings(most: number) {
  return z
    .union([stopString, z.array(stopString).max(most)], { error: `must be a text or up to ${most} texts, none empty` })
    .nullish()
    .transform((value) => (typeof value === 'string' ? [value] : (value ?? [])));
}

/** Any integer of 64 bits; those beyond what a number holds exactly are folded into it. */
const seed = z
  .number()
  .min(-(2 ** 63))
  .max(2 ** 63)
  .refine(Number.isInteger, 'must be an integer')
  .transform((value) => Number(BigInt.asUintN(52, BigInt(value))));

export const sampling = {
  model: z.string().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  seed: seed.nullish(),
  stop: stopStrings(MOST_STOPS),
  n: z.int().min(1).max(MOST_CHOICES).nullish(),
  response_format: responseFormat.nullish(),
  structured_outputs: structuredOutputs.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().nullish() }).nullish(),
};

export const tokenCount = z.int().min(1).max(MOST_TOKENS);

export const chatRequest = z
  .object({
    ...sampling,
    messages,
    max_tokens: tokenCount.nullish(),
    max_completion_tokens: tokenCount.nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(MOST_ALTERNATIVES).nullish(),
  })
  .refine(({ logprobs, top_logprobs: top }) => !top || logprobs === true, {
    path: ['top_logprobs'],
    error: 'needs logprobs: true',
  });
export type ChatRequest = z.output<typeof chatRequest>;

export const tokenIds = z.array(z.int().min(0)).min(1);

export const completionRequest = z.object({
  ...sampling,
  prompt: z.union(
    [z.string(), z.array(z.string()).min(1).max(MOST_INPUTS), tokenIds, z.array(tokenIds).min(1).max(MOST_INPUTS)],
    { error: `must be a text, a list of token ids, or a list of up to ${MOST_INPUTS} of either` },
  ),
  max_tokens: z.int().min(0).max(MOST_TOKENS).nullish(),
  // OpenAI takes 5 here and 20 in chats.
  logprobs: z.int().min(0).max(MOST_ALTERNATIVES).nullish(),
  echo: z.boolean().nullish(),
});
export type CompletionRequest = z.output<typeof completionRequest>;

export const embeddingRequest = z.object({
  model: z.string().nullish(),
  input: z.union([z.string(), z.array(z.string()).min(1).max(2048)], {
    error: 'must be a string or a list of strings; token ids are not taken',
  }),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

/** SageMaker's hosted language models: a prompt, several, or conversations. */
export const invocationRequest = z.object({
  inputs: z.union(
    [z.string(), z.array(z.string()).min(1).max(MOST_INPUTS), messages, z.array(messages).min(1).max(16)],
    {
      error: 'must be a string, a list of strings, or conversations [[{role, content}]]',
    },
  ),
  parameters: z
    .strictObject({
      max_new_tokens: tokenCount.nullish(),
      temperature: z.number().min(0).max(2).nullish(),
      top_p: z.number().gt(0).max(1).nullish(),
      top_k: z.int().min(0).nullish(),
      min_p: z.number().min(0).max(1).nullish(),
      repetition_penalty: z.number().gt(0).max(10).nullish(),
      do_sample: z.boolean().nullish(),
      seed: seed.nullish(),
      stop: stopStrings(MOST_STOPS),
      stop_sequences: z.array(stopString).max(MOST_STOPS).nullish(),
      return_full_text: z.boolean().nullish(),
      details: z.boolean().nullish(),
      decoder_input_details: z.boolean().nullish(),
    })
    .optional(),
  stream: z.boolean().nullish(),
});
export type InvocationRequest = z.output<typeof invocationRequest>;
