type Keys = Readonly<Record<string, unknown>>;

/** Where promptfoo looks for the text where the config does not say, by the kind of model. */
const OUTPUTS: Readonly<Record<string, string>> = {
  openai: 'generated_text || choices[0].message.content || choices[0].text || generation',
  llama: 'generated_text || generation || choices[0].message.content || choices[0].text',
  huggingface: 'generated_text || [0].generated_text',
  jumpstart: 'generated_text',
};
/** Keys of the config that bear on a request, and what promptfoo takes where they are not given. */
const DEFAULTS = { maxTokens: 1024, temperature: 0.7, topP: 1 };
const READ: ReadonlySet<string> = new Set([
  ...['region', 'modelType', 'maxTokens', 'temperature', 'topP', 'stopSequences', 'responseFormat'],
  ...['contentType', 'acceptType', 'delay'],
]);

/**
 * The request and the place of the answer of a SageMaker endpoint, as promptfoo has them for its kind of model: of the id
 * `sagemaker:KIND:ENDPOINT`, else of the config. What cannot be told goes to `leftOut`.
 */
export function sagemakerSettings(id: string, config: Keys, leftOut: (name: string) => void): Keys {
  const [, first = '', ...rest] = id.split(':');
  const kind = rest.length > 0 ? first : String(config.modelType ?? 'custom');
  for (const name of Object.keys(config)) if (!READ.has(name)) leftOut(name);
  const output = OUTPUTS[kind];
  const path = outputPath(config.responseFormat);
  if (output === undefined || path === null) leftOut(output === undefined ? 'modelType' : 'responseFormat');
  return { content_template: bodyOf(kind, { ...DEFAULTS, ...config }), output: path ?? output ?? 'generated_text' };
}

function bodyOf(kind: string, config: Keys): Keys {
  const { maxTokens: tokens, temperature, topP: top_p, stopSequences } = config;
  const stop = Array.isArray(stopSequences) && stopSequences.length > 0 ? { stop: stopSequences } : {};
  if (kind === 'openai') return { prompt: '$prompt', max_tokens: tokens, temperature, top_p, ...stop };
  const common = { max_new_tokens: tokens, temperature, top_p };
  if (kind === 'llama') return { inputs: '$prompt', parameters: { ...common, ...stop } };
  const isFull = kind === 'huggingface' ? { return_full_text: false } : {};
  return { inputs: '$prompt', parameters: { ...common, do_sample: Number(temperature) > 0, ...isFull } };
}

/** JavaScript that leads to a value, such as `json[0].generated_text`, as JMESPath; null where it is other code. */
function outputPath(format: unknown): string | null | undefined {
  const { path } = (format ?? {}) as { readonly path?: unknown };
  if (path === undefined) return undefined;
  const [, steps] = /^json((?:\.[A-Za-z_]\w*|\[\d+\])+)$/.exec(String(path)) ?? [];
  return steps === undefined ? null : steps.replace(/^\./, '');
}
