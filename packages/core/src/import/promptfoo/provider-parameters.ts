const SAME: ReadonlySet<string> = new Set([
  ...['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty', 'frequency_penalty', 'repetition_penalty'],
  ...['stop', 'seed'],
]);
const RENAMED: Readonly<Record<string, string>> = {
  max_tokens: 'max_new_tokens',
  max_new_tokens: 'max_new_tokens',
  max_gen_len: 'max_new_tokens',
  maxTokens: 'max_new_tokens',
  maxOutputTokens: 'max_new_tokens',
  max_output_tokens: 'max_new_tokens',
  num_predict: 'max_new_tokens',
  topP: 'top_p',
  topK: 'top_k',
  stopSequences: 'stop',
  stop_sequences: 'stop',
};
/** Where vendors keep the same parameters one level down. */
const NESTED: ReadonlySet<string> = new Set(['generationConfig', 'inferenceConfig', 'interfaceConfig', 'options']);
/** Sent to a server with OpenAI's protocol as they are. */
const PASSED: ReadonlySet<string> = new Set([
  ...['response_format', 'tools', 'tool_choice', 'parallel_tool_calls', 'reasoning_effort', 'max_completion_tokens'],
  ...['logit_bias', 'verbosity', 'service_tier', 'metadata', 'user', 'reasoning_format', 'search_domain_filter'],
  ...['search_recency_filter', 'return_related_questions', 'web_search_options', 'search_mode', 'safe_prompt'],
]);
/** Read elsewhere, or without a meaning for the answer. */
const ADDRESS: ReadonlySet<string> = new Set([
  ...['apiBaseUrl', 'apiHost', 'apiKeyEnvar', 'region', 'apiKey', 'apiVersion', 'cost', 'inputCost', 'outputCost'],
  ...['anthropic_version', 'inferenceModelType', 'contentType', 'acceptType', 'delay', 'organization', 'timeout'],
  'maxRetries',
]);

/** A provider's `config` as inference parameters; what is not known goes to `leftOut`. */
export function parametersOf(
  config: Readonly<Record<string, unknown>>,
  isOpenai: boolean,
  leftOut: (name: string) => void,
): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    const renamed = RENAMED[name];
    if (renamed !== undefined) parameters[renamed] = value;
    else if (SAME.has(name)) parameters[name] = value;
    else if (NESTED.has(name) && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      Object.assign(
        parameters,
        parametersOf(value as Readonly<Record<string, unknown>>, isOpenai, (inner) => leftOut(`${name}.${inner}`)),
      );
    } else if (isOpenai && PASSED.has(name) && !isOfFile(value)) parameters[name] = value;
    else if (isOpenai && name === 'passthrough' && typeof value === 'object') Object.assign(parameters, value);
    else if (!ADDRESS.has(name)) leftOut(name);
  }
  return parameters;
}

/** A value that a file beside holds is not read. */
const isOfFile = (value: unknown): boolean => JSON.stringify(value)?.includes('file://') === true;
