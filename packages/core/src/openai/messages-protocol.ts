import { z } from 'zod';
import type { BatchAnswer } from '../batch/batch-service.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { GenerateOptions, Prompt } from '../runner/runner.ts';
import { turnOf } from './chat-protocol.ts';
import { DEFAULT_NEW_TOKENS, furtherParameters, type OpenaiModel } from './openai-model.ts';
import type { Protocol } from './protocol.ts';

/**
 * The API's version, as Anthropic's own client sends it (@anthropic-ai/sdk 1.14), and the one before, which its client sent
 * until 0.137 and which knows temperature, top_p and top_k, for configs that set one. The two differ in these and in where
 * the key stands; in all else that is sent and read here they agree.
 * @see https://docs.anthropic.com/en/api/versioning
 */
const VERSION = '2026-10-21';
const SAMPLING_VERSION = '2023-06-01';

/** Of a message what is read; `thinking` and other blocks are no part of the answer. */
const messageSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string().nullish(),
  usage: z
    .object({
      input_tokens: z.number().nullish(),
      output_tokens: z.number().nullish(),
      cache_creation_input_tokens: z.number().nullish(),
      cache_read_input_tokens: z.number().nullish(),
    })
    .nullish(),
});

/**
 * Anthropic's messages. What the config leaves open of sampling is left to the model, some of which take no temperature.
 * @see https://docs.anthropic.com/en/api/messages
 */
export function messagesProtocol(model: OpenaiModel): Protocol {
  const further = furtherParameters(model);
  const { temperature, topP, topK } = model.generate;
  const samples = temperature !== undefined || topP !== undefined || topK !== undefined;
  const version = model.openai.headers?.['anthropic-version'] ?? (samples ? SAMPLING_VERSION : VERSION);
  return {
    path: 'messages',
    headers: (key) => ({ 'anthropic-version': version, ...keyHeader(version, key) }),
    body: (prompt, options) => {
      const { system, messages } = turns(prompt);
      return {
        model: model.openai.model,
        ...(system === '' ? {} : { system }),
        messages,
        max_tokens: options.maxNewTokens ?? DEFAULT_NEW_TOKENS,
        ...(samples ? { temperature: options.temperature, top_p: options.topP, top_k: options.topK } : {}),
        stop_sequences: options.stop,
        ...answerForm(prompt, options),
        ...further,
      };
    },
    read: (given) => read(given, model.openai.answer ?? 'text'),
  };
}

function keyHeader(version: string, key: string | undefined): Record<string, string> {
  if (key === undefined) return {};
  return version <= SAMPLING_VERSION ? { 'x-api-key': key } : { authorization: `Bearer ${key}` };
}

/** System turns stand apart from the conversation. */
function turns({ text, messages = [] }: Prompt): { system: string; messages: readonly object[] } {
  const said = messages.filter(({ role }) => role !== 'system');
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return {
    system: system.join('\n\n'),
    messages: said.length > 0 ? said.map(turnOf) : [{ role: 'user', content: text }],
  };
}

function answerForm(prompt: Prompt, options: GenerateOptions): Record<string, unknown> {
  const constraint = prompt.constraint ?? options.constraint;
  if (constraint === undefined) return {};
  if (constraint.type === 'json_schema')
    return { output_config: { format: { type: 'json_schema', schema: constraint.schema } } };
  throw new AssayError('RUNNER_CAPABILITY', `Anthropic's messages keep to no ${constraint.type}`, {
    hint: 'Leave regex and choices out, or ask for json_schema.',
  });
}

function read(given: unknown, answerOf: AnswerOf): BatchAnswer | AssayError {
  const parsed = messageSchema.safeParse(given);
  if (!parsed.success) return new AssayError('RUNNER_NO_ANSWER', 'the answer is no message');
  const { content, stop_reason: stopReason, usage } = parsed.data;
  const texts = content.filter(({ type, text }) => type === 'text' && text !== undefined).map(({ text }) => text!);
  const calls = content.filter(({ type }) => type === 'tool_use');
  if (stopReason === 'refusal') return new AssayError('RUNNER_REFUSED', 'the model refused to answer');
  if (texts.length === 0 && calls.length === 0 && stopReason !== 'end_turn' && stopReason !== 'stop_sequence') {
    const kinds = content.map(({ type }) => type).join(', ');
    return new AssayError(
      'RUNNER_NO_ANSWER',
      `the answer holds no text (stop_reason ${stopReason ?? 'none'}${kinds === '' ? '' : `; it has ${kinds}`})`,
    );
  }
  const { input_tokens: input, output_tokens: output } = usage ?? {};
  const cached = (usage?.cache_creation_input_tokens ?? 0) + (usage?.cache_read_input_tokens ?? 0);
  return {
    text:
      answerOf !== 'text'
        ? content.flatMap((block) => blockText(block, answerOf)).join('\n\n')
        : texts.length > 0
          ? texts.join('')
          : calls.length > 0
            ? JSON.stringify(calls)
            : '',
    finishReason: stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded' ? 'length' : 'stop',
    ...(input == null ? {} : { promptTokens: input + cached }),
    ...(output == null ? {} : { newTokens: output }),
  };
}

type Block = z.output<typeof messageSchema>['content'][number];
type AnswerOf = NonNullable<OpenaiModel['openai']['answer']>;

/** A block in promptfoo's words. */
function blockText(block: Block, answerOf: AnswerOf): string[] {
  const { type, text, thinking, signature, data } = block;
  if (type === 'text') return text === undefined || text === '' ? [] : [text];
  if (type !== 'thinking' && type !== 'redacted_thinking') return [JSON.stringify(block)];
  if (answerOf !== 'all') return [];
  if (type === 'redacted_thinking') return [`Redacted Thinking: ${String(data)}`];
  return String(thinking).trim() === '' ? [] : [`Thinking: ${String(thinking)}\nSignature: ${String(signature)}`];
}
