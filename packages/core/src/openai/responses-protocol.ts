import { z } from 'zod';
import type { BatchAnswer } from '../batch/batch-service.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { GenerateOptions, Prompt, TextConstraint } from '../runner/runner.ts';
import { turnOf } from './chat-protocol.ts';
import { DEFAULT_NEW_TOKENS, furtherParameters, type OpenaiModel } from './openai-model.ts';
import type { Protocol } from './protocol.ts';

const itemSchema = z.looseObject({ type: z.string() });
type Item = z.output<typeof itemSchema>;

const responseSchema = z.object({
  status: z.string().nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
  output: z.array(itemSchema),
  usage: z.object({ input_tokens: z.number().nullish(), output_tokens: z.number().nullish() }).nullish(),
});

/**
 * OpenAI's responses: the API whose server runs tools of its own (search, code, MCP).
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export function responsesProtocol(model: OpenaiModel): Protocol {
  const { text, ...further } = furtherParameters(model);
  const isReasoning = 'reasoning' in further || 'reasoning_effort' in further;
  const { reasoning_effort: effort, ...others } = further;
  return {
    path: 'responses',
    headers: (key) => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
    body: (prompt, options) => ({
      model: model.openai.model,
      input: inputOf(prompt),
      // Models that reason take no temperature.
      ...(isReasoning ? {} : { temperature: options.temperature ?? 0, top_p: options.topP }),
      ...(effort === undefined ? {} : { reasoning: { effort } }),
      // What reasoning takes of it nobody knows before.
      max_output_tokens: options.maxNewTokens ?? (isReasoning ? undefined : DEFAULT_NEW_TOKENS),
      ...answerForm(prompt, options, text),
      ...others,
    }),
    read: (given) => read(given, isRecord(text) && isRecord(text.format) && text.format.type === 'json_schema'),
  };
}

/** A question alone as a text. */
function inputOf({ text, messages = [] }: Prompt): unknown {
  const [first, ...others] = messages;
  if (first === undefined) return text;
  return others.length === 0 && first.role === 'user' && first.parts === undefined
    ? first.content
    : messages.map(turnOf);
}

function answerForm(prompt: Prompt, options: GenerateOptions, given: unknown): Record<string, unknown> {
  const constraint: TextConstraint | undefined = prompt.constraint ?? options.constraint;
  if (constraint === undefined) return given === undefined ? {} : { text: given };
  if (constraint.type === 'json_schema')
    return { text: { format: { type: 'json_schema', name: 'answer', schema: constraint.schema, strict: true } } };
  throw new AssayError('RUNNER_CAPABILITY', `OpenAI's responses keep to no ${constraint.type}`, {
    hint: 'Leave regex and choices out, or ask for json_schema.',
  });
}

function read(given: unknown, isJson: boolean): BatchAnswer | AssayError {
  const parsed = responseSchema.safeParse(given);
  if (!parsed.success) return new AssayError('RUNNER_NO_ANSWER', 'the answer is no response with an output');
  const { output, status, incomplete_details: cut, error, usage } = parsed.data;
  if (status === 'failed')
    return new AssayError('RUNNER_FAILED', `the response failed: ${error?.message ?? 'no reason'}`);
  const refusal = output.flatMap(contentOf).find(({ type }) => type === 'refusal');
  if (refusal !== undefined || cut?.reason === 'content_filter')
    return new AssayError('RUNNER_REFUSED', String(refusal?.refusal ?? 'the provider’s filter took the answer'));
  const texts = output.map(textOf).filter((each) => each !== '');
  if (texts.length === 0 && status !== 'completed') {
    const kinds = output.map(({ type }) => type).join(', ');
    return new AssayError('RUNNER_NO_ANSWER', `the response holds no text; it has ${kinds || 'nothing'}`);
  }
  return {
    text: texts.join('\n'),
    ...(isJson ? { form: 'json' as const } : {}),
    finishReason: status === 'incomplete' && cut?.reason === 'max_output_tokens' ? 'length' : 'stop',
    ...(usage?.input_tokens == null ? {} : { promptTokens: usage.input_tokens }),
    ...(usage?.output_tokens == null ? {} : { newTokens: usage.output_tokens }),
  };
}

function contentOf({ type, content }: Item): readonly Item[] {
  const parsed = z.array(itemSchema).safeParse(type === 'message' ? content : []);
  return parsed.success ? parsed.data : [];
}

/** What an item says, in promptfoo's words where it is about a tool that the server ran. */
function textOf(item: Item): string {
  const { type, name, error, server_label: label } = item;
  switch (type) {
    case 'message':
      return contentOf(item)
        .flatMap(({ type: kind, text }) => (kind === 'output_text' && typeof text === 'string' ? [text] : []))
        .join('');
    case 'function_call':
    case 'tool_result':
      return JSON.stringify(item);
    case 'reasoning': {
      const summary = z.array(z.object({ text: z.string() })).safeParse(item.summary);
      return summary.success && summary.data.length > 0
        ? `Reasoning: ${summary.data.map(({ text }) => text).join('\n')}`
        : '';
    }
    case 'web_search_call':
      return searchText(item);
    case 'code_interpreter_call':
      return `Code Interpreter: ${String(item.code ?? 'Running code...')}`;
    case 'mcp_list_tools':
      return `MCP Tools from ${String(label)}: ${JSON.stringify(item.tools, null, 2)}`;
    case 'mcp_call':
      return error != null
        ? `MCP Tool Error (${String(name)}): ${String(error)}`
        : `MCP Tool Result (${String(name)}): ${String(item.output)}`;
    case 'mcp_approval_request':
      return `MCP Approval Required for ${String(label)}.${String(name)}: ${String(item.arguments)}`;
    default:
      return '';
  }
}

const searchAction = z.object({ type: z.string(), query: z.string().nullish(), url: z.string().nullish() });

function searchText({ action, status }: Item): string {
  const parsed = searchAction.safeParse(action);
  if (!parsed.success) return `Web Search Call (status: ${String(status ?? 'unknown')})`;
  const { type, query, url } = parsed.data;
  if (type === 'search') return `Web Search: "${query ?? ''}"`;
  if (type === 'open_page') return `Opening page: ${url ?? ''}`;
  return type === 'find_in_page' ? `Finding in page: "${query ?? ''}"` : `Web action: ${type}`;
}
