import { z } from 'zod';

const MOST_TOKENS = 32_768;
const MOST_CHOICES = 16;
const MOST_INPUTS = 256;

const text = z.array(z.object({ type: z.literal('text'), text: z.string() })).transform(joined);
const content = z.union([z.string(), text], { error: 'must be a string or a list of text parts' });

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map((part) => part.text).join('');
}

const message = z.object({
  role: z
    .enum(['system', 'developer', 'user', 'assistant'])
    .transform((role) => (role === 'developer' ? ('system' as const) : role)),
  content,
});
const messages = z.array(message).min(1).max(MOST_INPUTS);

const stop = z
  .union([z.string(), z.array(z.string()).max(16)])
  .nullish()
  .transform((value) => (typeof value === 'string' ? [value] : (value ?? [])));

const sampling = {
  model: z.string().nullish(),
  temperature: z.number().min(0).max(10).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  seed: z.int().nullish(),
  stop,
  n: z.int().min(1).max(MOST_CHOICES).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
};

const tokenCount = z.int().min(1).max(MOST_TOKENS);

export const chatRequest = z.object({
  ...sampling,
  messages,
  max_tokens: tokenCount.nullish(),
  max_completion_tokens: tokenCount.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(1, 'at most 1: only the first choice is known').nullish(),
  response_format: z.object({ type: z.literal('text', 'only text is supported') }).nullish(),
});
export type ChatRequest = z.output<typeof chatRequest>;

export const completionRequest = z.object({
  ...sampling,
  prompt: z.union([z.string(), z.array(z.string()).min(1).max(MOST_INPUTS)], {
    error: 'must be a string or a list of strings; token ids are not taken',
  }),
  max_tokens: z.int().min(0).max(MOST_TOKENS).nullish(),
  // Servers differ in how many alternatives they take; more than the first is not known here.
  logprobs: z.int().min(0).max(20).nullish(),
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
    .object({
      max_new_tokens: tokenCount.nullish(),
      temperature: z.number().min(0).max(10).nullish(),
      top_p: z.number().gt(0).max(1).nullish(),
      top_k: z.int().min(0).nullish(),
      min_p: z.number().min(0).max(1).nullish(),
      repetition_penalty: z.number().gt(0).max(10).nullish(),
      do_sample: z.boolean().nullish(),
      seed: z.int().nullish(),
      stop,
      stop_sequences: z.array(z.string()).max(16).nullish(),
      return_full_text: z.boolean().nullish(),
      details: z.boolean().nullish(),
      decoder_input_details: z.boolean().nullish(),
    })
    .optional(),
  stream: z.literal(false, 'ask for a stream at /v1/chat/completions').nullish(),
});
export type InvocationRequest = z.output<typeof invocationRequest>;
