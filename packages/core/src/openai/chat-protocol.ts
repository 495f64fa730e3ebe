import type { BatchAnswer } from '../batch/batch-service.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { ChatMessage, GenerateOptions, Prompt, TextConstraint } from '../runner/runner.ts';
import { completionTokens } from './openai-log-probabilities.ts';
import { DEFAULT_NEW_TOKENS, furtherParameters, type OpenaiModel } from './openai-model.ts';
import type { OpenaiAnswer } from './openai-wire.ts';
import type { Protocol } from './protocol.ts';

/** OpenAI's chat completions. @see https://platform.openai.com/docs/api-reference/chat */
export function chatProtocol(model: OpenaiModel): Protocol {
  const further = furtherParameters(model);
  return {
    path: 'chat/completions',
    headers,
    body: (prompt, options) => {
      const messages = prompt.messages?.length ? prompt.messages.map(turnOf) : [{ role: 'user', content: prompt.text }];
      return { model: model.openai.model, messages, ...parameters(prompt, options, further, true) };
    },
    read: (given) => read(given, asksForJson(model, further.response_format)),
  };
}

/** OpenAI's older completions of a text. */
export function completionsProtocol(model: OpenaiModel): Protocol {
  const further = furtherParameters(model);
  return {
    path: 'completions',
    headers,
    body: (prompt, options) => ({
      model: model.openai.model,
      prompt: prompt.text,
      ...parameters(prompt, options, further, false),
    }),
    read: (given) => read(given, false),
  };
}

/** A turn as it is sent: content that is more than text as the config has it. */
export function turnOf({ role, content, parts }: ChatMessage): { readonly role: string; readonly content: unknown } {
  return { role, content: parts ?? content };
}

function headers(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

function parameters(
  prompt: Prompt,
  options: GenerateOptions,
  further: Readonly<Record<string, unknown>>,
  isChat: boolean,
): Record<string, unknown> {
  const temperature = options.temperature ?? 0;
  const given: Record<string, unknown> = {
    temperature,
    top_p: options.topP,
    top_k: options.topK,
    min_p: options.minP,
    repetition_penalty: options.repetitionPenalty,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    stop: options.stop,
    ...answerForm(prompt.constraint ?? options.constraint),
    // Kept to 31 bits: servers read it as a signed integer of 32 or 64 bits.
    seed: temperature > 0 && prompt.seed !== undefined ? prompt.seed % 2 ** 31 : undefined,
    ...(options.logProbabilities === true ? logProbabilities(options.topLogProbabilities ?? 1, isChat) : {}),
    ...further,
  };
  if (!('max_completion_tokens' in further) && !('max_tokens' in further))
    given.max_tokens = options.maxNewTokens ?? DEFAULT_NEW_TOKENS;
  return given;
}

/** OpenAI's form of a schema; patterns and choices have only vLLM's. */
function answerForm(constraint: TextConstraint | undefined): Record<string, unknown> {
  switch (constraint?.type) {
    case undefined:
      return {};
    case 'json_schema':
      return {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', schema: constraint.schema, strict: true },
        },
      };
    case 'regex':
      return { structured_outputs: { regex: constraint.pattern } };
    case 'choice':
      return { structured_outputs: { choice: constraint.choices } };
  }
}

/** The likeliest tokens at each place, in either API's form. */
function logProbabilities(top: number, isChat: boolean): Record<string, unknown> {
  return isChat ? { logprobs: true, top_logprobs: top } : { logprobs: top };
}

/** Whether a model answers with what a schema asks for. */
export function asksForJson({ generate }: OpenaiModel, format: unknown): boolean {
  return generate.constraint?.type === 'json_schema' || (isRecord(format) && format.type === 'json_schema');
}

function read(given: unknown, isJson: boolean): BatchAnswer | AssayError {
  const answer = (given ?? {}) as OpenaiAnswer;
  const choice = answer.choices?.[0];
  const said = choice?.message?.content ?? choice?.text;
  const calls = said ? undefined : toolCalls(choice?.message?.tool_calls ?? choice?.message?.function_call);
  const text = calls ?? said;
  const refusal = choice?.message?.refusal;
  if (choice?.finish_reason === 'content_filter' || (typeof refusal === 'string' && typeof text !== 'string'))
    return new AssayError('RUNNER_REFUSED', refusal ?? 'the provider’s filter took the answer');
  if (typeof text !== 'string') {
    const keys = Object.keys(choice ?? answer).join(', ');
    return new AssayError('RUNNER_NO_ANSWER', `the answer holds no text; it has ${keys}`);
  }
  const promptTokens = answer.usage?.prompt_tokens;
  const newTokens = answer.usage?.completion_tokens;
  const tokens = choice?.logprobs == null ? undefined : completionTokens(choice.logprobs, text);
  return {
    text,
    finishReason: choice?.finish_reason === 'length' ? 'length' : 'stop',
    ...(calls !== undefined ? { form: 'tool_calls' as const } : isJson ? { form: 'json' as const } : {}),
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(newTokens === undefined ? {} : { newTokens }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** Calls of tools that the config offers the model are its answer where it writes no text: as JSON. */
function toolCalls(calls: unknown): string | undefined {
  const isSome = Array.isArray(calls) ? calls.length > 0 : isRecord(calls);
  return isSome ? JSON.stringify(calls) : undefined;
}
