import { isRecord } from '../../datasets/row-batch.ts';

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
/** Sent to a server with OpenAI's protocol as they are. */
const PASSED: ReadonlySet<string> = new Set([
  ...['response_format', 'tool_choice', 'parallel_tool_calls', 'reasoning_effort', 'max_completion_tokens'],
  ...['logit_bias', 'verbosity', 'service_tier', 'metadata', 'user', 'reasoning_format', 'search_domain_filter'],
  ...['search_recency_filter', 'return_related_questions', 'web_search_options', 'search_mode', 'safe_prompt'],
  ...['search_after_date_filter', 'search_before_date_filter', 'search_parameters', 'store'],
]);
/** Sent to Bedrock's Converse as further fields, as they are. */
const PASSED_BEDROCK: ReadonlySet<string> = new Set(['reasoning_effort']);
/** Read elsewhere, or without a meaning for the answer: promptfoo reckons costs by `usage_tier`. */
const ADDRESS: ReadonlySet<string> = new Set([
  ...['apiBaseUrl', 'apiHost', 'apiKeyEnvar', 'region', 'apiKey', 'apiVersion', 'cost', 'inputCost', 'outputCost'],
  ...['anthropic_version', 'inferenceModelType', 'contentType', 'acceptType', 'delay', 'organization', 'timeout'],
  ...['maxRetries', 'usage_tier', 'instructions', 'modelType', 'responseFormat', 'deploymentName'],
]);

/** What takes the parameters: a server with OpenAI's protocol, asked by promptfoo over its `responses`, or another runner. */
export interface ParametersFor {
  readonly runner: unknown;
  readonly isResponses: boolean;
}

/** A provider's `config` as inference parameters; what is not known goes to `leftOut`. */
export function parametersOf(
  config: Readonly<Record<string, unknown>>,
  by: ParametersFor,
  leftOut: (name: string) => void,
): Record<string, unknown> {
  const isOpenai = by.runner === 'openai';
  const isBedrock = by.runner === 'bedrock';
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    const renamed = RENAMED[name];
    if (renamed !== undefined) parameters[renamed] = value;
    else if (name === 'max_completion_tokens' && isBedrock) parameters.max_new_tokens = value;
    else if (isOpenai && OWN_FORMS[name] !== undefined) {
      const own = OWN_FORMS[name](value, by);
      if (own === undefined) leftOut(name);
      else Object.assign(parameters, own);
    } else if (SAME.has(name)) parameters[name] = value;
    else if (NESTED.has(name) && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      Object.assign(
        parameters,
        parametersOf(value as Readonly<Record<string, unknown>>, by, (inner) => leftOut(`${name}.${inner}`)),
      );
    } else if (isOpenai && PASSED.has(name) && !isOfFile(value)) parameters[name] = value;
    else if (isBedrock && PASSED_BEDROCK.has(name)) parameters[name] = value;
    else if (isOpenai && name === 'passthrough' && typeof value === 'object') Object.assign(parameters, value);
    else if (!ADDRESS.has(name)) leftOut(name);
  }
  return parameters;
}

type OwnForm = (value: unknown, by: ParametersFor) => Readonly<Record<string, unknown>> | undefined;

/** What chat completions have in another form; undefined for what they have not. */
const OWN_FORMS: Readonly<Record<string, OwnForm>> = {
  reasoning: (value) => {
    const { effort, ...others } = isRecord(value) ? value : {};
    return typeof effort === 'string' && Object.keys(others).length === 0 ? { reasoning_effort: effort } : undefined;
  },
  // https://ai.google.dev/gemini-api/docs/openai#thinking
  thinkingConfig: (value) => {
    const { thinkingBudget: budget, ...others } = isRecord(value) ? value : {};
    if (typeof budget !== 'number' || Object.keys(others).length > 0) return undefined;
    return { extra_body: { google: { thinking_config: { thinking_budget: budget } } } };
  },
  tools: (value, { isResponses }) => (isOfFile(value) ? undefined : chatTools(value, isResponses)),
};

/** Functions as chat completions take them; the tools that `responses` runs itself (search, MCP) they have not. */
function chatTools(value: unknown, isResponses: boolean): Readonly<Record<string, unknown>> | undefined {
  if (!isResponses || !Array.isArray(value)) return { tools: value };
  const tools = value.map((tool: unknown) => {
    const { type, ...described } = isRecord(tool) ? tool : {};
    return type === 'function' ? { type, function: described } : undefined;
  });
  return tools.includes(undefined) ? undefined : { tools };
}

/** A value that a file beside holds is not read. */
const isOfFile = (value: unknown): boolean => JSON.stringify(value)?.includes('file://') === true;
