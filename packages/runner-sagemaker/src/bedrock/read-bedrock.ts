import { AssayError } from '@assay/core';
import { z } from 'zod';
import type { Jmespath } from '../payload/jmespath.ts';
import { type Answer, readParsed } from '../payload/read-answer.ts';

const partSchema = z.looseObject({
  text: z.string().optional(),
  toolUse: z
    .looseObject({ toolUseId: z.string().optional(), name: z.string().optional(), input: z.unknown() })
    .optional(),
  reasoningContent: z
    .looseObject({ reasoningText: z.looseObject({ text: z.string(), signature: z.string().optional() }).optional() })
    .optional(),
});
type AnswerOf = 'text' | 'blocks' | 'all';

const converseSchema = z.looseObject({
  output: z.looseObject({
    message: z.looseObject({ content: z.array(partSchema) }),
  }),
  stopReason: z.string(),
  usage: z.looseObject({ inputTokens: z.number(), outputTokens: z.number() }).partial().optional(),
});

/** Reasons after which there is no answer of the model. */
const REFUSED: ReadonlySet<string> = new Set(['guardrail_intervened', 'content_filtered']);
const CUT: ReadonlySet<string> = new Set(['max_tokens', 'model_context_window_exceeded']);

/**
 * Converse's answer: the text parts alone, unless calls of tools and reasoning are wanted with it.
 * @throws AssayError RUNNER_REFUSED, AWS_RESPONSE_SHAPE
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function readConverse(body: unknown, answerOf: AnswerOf = 'text'): Answer {
  const parsed = converseSchema.safeParse(body);
  const reason = parsed.data?.stopReason ?? (body as { readonly stopReason?: string } | null)?.stopReason;
  if (reason !== undefined && REFUSED.has(reason)) throw refused(reason);
  if (!parsed.success)
    throw new AssayError('AWS_RESPONSE_SHAPE', `Converse gave no message (stop reason ${String(reason)})`);
  const { output, usage } = parsed.data;
  return {
    text:
      answerOf === 'text'
        ? output.message.content.map(({ text = '' }) => text).join('')
        : output.message.content.flatMap((part) => partText(part, answerOf)).join('\n\n'),
    finishReason: CUT.has(parsed.data.stopReason) ? 'length' : 'stop',
    ...(usage?.inputTokens === undefined ? {} : { promptTokens: usage.inputTokens }),
    ...(usage?.outputTokens === undefined ? {} : { newTokens: usage.outputTokens }),
  };
}

/** A part in the words of Anthropic's blocks, as promptfoo shows them. */
function partText({ text, toolUse, reasoningContent }: z.output<typeof partSchema>, answerOf: AnswerOf): string[] {
  if (text !== undefined) return text === '' ? [] : [text];
  if (toolUse !== undefined)
    return [JSON.stringify({ type: 'tool_use', id: toolUse.toolUseId, name: toolUse.name, input: toolUse.input })];
  const { text: thinking = '', signature = '' } = reasoningContent?.reasoningText ?? {};
  return answerOf !== 'all' || thinking.trim() === '' ? [] : [`Thinking: ${thinking}\nSignature: ${signature}`];
}

/**
 * An answer in the model's own form. A guardrail that stepped in says so beside it.
 * @throws AssayError RUNNER_REFUSED, AWS_RESPONSE_SHAPE
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-api.html
 */
export function readInvoked(body: unknown, output: Jmespath): Answer {
  const action = (body as { readonly 'amazon-bedrock-guardrailAction'?: unknown } | null)?.[
    'amazon-bedrock-guardrailAction'
  ];
  if (action === 'INTERVENED') throw refused('guardrail_intervened');
  return readParsed(body, output);
}

const refused = (reason: string): AssayError =>
  new AssayError('RUNNER_REFUSED', `Bedrock refused the answer: ${reason}`);
