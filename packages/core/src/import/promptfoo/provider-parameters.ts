import { isRecord } from '../../datasets/row-batch.ts';
import type { OpenaiApi } from './provider-protocol.ts';

const SAME: ReadonlySet<string> = new Set([
  ...['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty', 'frequency_penalty', 'repetition_penalty'],
  ...['stop', 'seed'],
]);
const RENAMED: Readonly<Record<string, string>> = {
  max_tokens: 'max_new_tokens',
  max_new_tokens: 'max_new_tokens',
  max_gen_len: 'max_new_tokens',
  maxTokens: 'max_new_tokens',
  maxTokenCount: 'max_new_tokens',
  maxOutputTokens: 'max_new_tokens',
  max_output_tokens: 'max_new_tokens',
  num_predict: 'max_new_tokens',
  topP: 'top_p',
  topK: 'top_k',
  stopSequences: 'stop',
  stop_sequences: 'stop',
};
/** Where vendors keep the same parameters one level down. */
const NESTED: ReadonlySet<string> = new Set([
  ...['generationConfig', 'inferenceConfig', 'interfaceConfig', 'textGenerationConfig', 'options'],
]);
/** Read elsewhere, or without a meaning for the answer: promptfoo reckons costs by `usage_tier`. */
const ADDRESS: ReadonlySet<string> = new Set([
  ...['apiBaseUrl', 'apiHost', 'apiKeyEnvar', 'region', 'apiKey', 'apiVersion', 'cost', 'inputCost', 'outputCost'],
  ...['anthropic_version', 'inferenceModelType', 'contentType', 'acceptType', 'delay', 'organization', 'timeout'],
  ...['maxRetries', 'usage_tier', 'modelType', 'responseFormat', 'deploymentName', 'workspaceUrl', 'isPayPerToken'],
  ...['projectId', 'router', 'baseUrl', 'stream', 'showThinking', 'loggingConfig', 'isReasoningModel'],
]);
const CHAT: readonly string[] = [
  ...['response_format', 'tool_choice', 'parallel_tool_calls', 'reasoning_effort', 'max_completion_tokens'],
  ...['logit_bias', 'verbosity', 'service_tier', 'metadata', 'user', 'reasoning_format', 'search_domain_filter'],
  ...['search_recency_filter', 'return_related_questions', 'web_search_options', 'search_mode', 'safe_prompt'],
  ...['search_after_date_filter', 'search_before_date_filter', 'search_parameters', 'store', 'functions'],
  ...['function_call', 'extra_body', 'modalities', 'audio', 'usage_context', 'mcp_servers', 'iteration_limit'],
];
/** Sent as they are, by the API. */
const PASSED: Readonly<Record<OpenaiApi | 'converse', ReadonlySet<string>>> = {
  chat: new Set(CHAT),
  completions: new Set(CHAT),
  messages: new Set(['thinking', 'tools', 'tool_choice', 'metadata', 'output_config', 'service_tier', 'mcp_servers']),
  responses: new Set([
    ...['instructions', 'tool_choice', 'max_tool_calls', 'include', 'previous_response_id', 'truncation', 'metadata'],
    ...['parallel_tool_calls', 'store', 'background', 'user', 'reasoning', 'reasoning_effort', 'service_tier', 'text'],
  ]),
  gemini: new Set(['tools', 'toolConfig', 'safetySettings', 'systemInstruction', 'cachedContent']),
  converse: new Set(['reasoning_effort', 'thinking', 'toolConfig']),
};

/** What takes the parameters: a server by one of its APIs, or another runner. */
export interface ParametersFor {
  readonly runner: unknown;
  readonly api?: OpenaiApi | undefined;
}

/** A provider's `config` as inference parameters; what is not known goes to `leftOut`. */
export function parametersOf(
  config: Readonly<Record<string, unknown>>,
  by: ParametersFor,
  leftOut: (name: string) => void,
): Record<string, unknown> {
  const api = by.runner === 'bedrock' ? 'converse' : by.api;
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    if (isOfFile(value)) {
      leftOut(name);
      continue;
    }
    const renamed = RENAMED[name];
    const own = api === undefined ? undefined : OWN_FORMS[api]?.[name];
    if (renamed !== undefined) parameters[renamed] = value;
    else if (name === 'max_completion_tokens' && api !== 'chat') parameters.max_new_tokens = value;
    else if (own !== undefined) {
      const made = own(value);
      if (made === undefined) leftOut(name);
      else Object.assign(parameters, made, withGiven(parameters.generationConfig, made.generationConfig));
    } else if (SAME.has(name)) parameters[name] = value;
    else if (NESTED.has(name) && isRecord(value)) nested(name, value);
    else if (api !== undefined && PASSED[api].has(name)) parameters[name] = value;
    else if (by.runner === 'openai' && name === 'passthrough' && isRecord(value)) Object.assign(parameters, value);
    else if (!ADDRESS.has(name)) leftOut(name);
  }
  return parameters;

  /** The same parameters one level down; what Gemini has there besides stays there. */
  function nested(name: string, value: Readonly<Record<string, unknown>>): void {
    const isGemini = api === 'gemini' && name === 'generationConfig';
    const rest: string[] = [];
    const inner = parametersOf(value, by, (other) => (isGemini ? rest.push(other) : leftOut(`${name}.${other}`)));
    Object.assign(parameters, inner);
    if (rest.length === 0) return;
    const kept = Object.fromEntries(rest.map((other) => [other, value[other]]));
    Object.assign(parameters, withGiven(kept, parameters.generationConfig));
  }
}

/** Gemini's settings of a generation, from several keys of a config. */
function withGiven(some: unknown, others: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(some) && !isRecord(others)) return {};
  return { generationConfig: { ...(some as object | undefined), ...(others as object | undefined) } };
}

/** promptfoo's length of an answer where the config sets none. */
const LENGTHS: Readonly<Partial<Record<OpenaiApi, number>>> = {
  ...{ chat: 1024, completions: 1024, responses: 1024, messages: 1024 },
};

/** What promptfoo sends that the config does not say. */
export function withDefaults(
  parameters: Readonly<Record<string, unknown>>,
  { api }: ParametersFor,
): Record<string, unknown> {
  const length = api === undefined ? undefined : LENGTHS[api];
  const isSet = ['max_new_tokens', 'max_completion_tokens', 'reasoning_effort', 'reasoning'].some(
    (name) => name in parameters,
  );
  return length === undefined || isSet ? { ...parameters } : { ...parameters, max_new_tokens: length };
}

type OwnForm = (value: unknown) => Readonly<Record<string, unknown>> | undefined;

/** A tool as OpenAI's newer API has it: without the mapping around a function. */
function flatTool(tool: unknown): unknown {
  if (!isRecord(tool) || tool.type !== 'function' || !isRecord(tool.function)) return tool;
  const { function: described, ...rest } = tool;
  return { ...rest, ...described };
}

/** What an API has in another form; undefined for what it has not. */
const OWN_FORMS: Readonly<Partial<Record<OpenaiApi | 'converse', Readonly<Record<string, OwnForm>>>>> = {
  chat: {
    reasoning: (value) => {
      const { effort, ...others } = isRecord(value) ? value : {};
      return typeof effort === 'string' && Object.keys(others).length === 0 ? { reasoning_effort: effort } : undefined;
    },
    tools: (value) => ({ tools: value }),
    usageContext: (value) => ({ usage_context: value }),
  },
  responses: {
    tools: (value) => (!Array.isArray(value) ? undefined : { tools: value.map(flatTool) }),
    response_format: (value) => ({ text: { format: textFormat(value) } }),
  },
  gemini: {
    tool_config: (value) => ({ toolConfig: value }),
    system_instruction: (value) => ({ systemInstruction: value }),
    responseSchema: (value) => ({
      generationConfig: { response_schema: value, response_mime_type: 'application/json' },
    }),
  },
  converse: {
    tools: (value) => converseTools(value),
    tool_choice: (value) => (value === 'auto' ? {} : { toolChoice: converseChoice(value) }),
  },
};

function textFormat(value: unknown): unknown {
  if (!isRecord(value)) return { type: 'text' };
  const described = isRecord(value.json_schema) ? value.json_schema : {};
  if (value.type === 'json_schema') {
    const name = described.name ?? value.name ?? 'response_schema';
    return { type: 'json_schema', name, schema: value.schema ?? described.schema, strict: true };
  }
  return { type: value.type === 'json_object' ? 'json_object' : 'text' };
}

/** Anthropic's and OpenAI's tools as Converse takes them. */
function converseTools(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!Array.isArray(value)) return undefined;
  const tools = value.map((tool: unknown) => {
    const {
      name,
      description,
      input_schema: schema,
      parameters,
    } = isRecord(tool) && isRecord(tool.function) ? tool.function : isRecord(tool) ? tool : {};
    const about = typeof description === 'string' ? { description } : {};
    return typeof name === 'string'
      ? { toolSpec: { name, ...about, inputSchema: { json: schema ?? parameters } } }
      : undefined;
  });
  return tools.includes(undefined) ? undefined : { toolConfig: { tools } };
}

function converseChoice(value: unknown): unknown {
  const { type, name } = isRecord(value) ? value : {};
  if (type === 'tool') return { tool: { name } };
  return type === 'any' ? { any: {} } : { auto: {} };
}

/** Whether a file holds the value or a part of it. */
function isOfFile(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('file://');
  if (Array.isArray(value)) return value.some(isOfFile);
  return isRecord(value) && Object.values(value).some(isOfFile);
}
