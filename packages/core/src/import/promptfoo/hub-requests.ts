type Keys = Readonly<Record<string, unknown>>;

const HUB = 'https://router.huggingface.co/hf-inference/models';

/** What is asked of each kind of model, and what of the answer is read. */
const KINDS: Readonly<Record<string, (config: Keys) => { readonly body: Keys; readonly output: string }>> = {
  'sentence-similarity': (config) => ({
    body: { inputs: { source_sentence: `\${other}`, sentences: ['$prompt'] }, ...waiting(config) },
    output: 'to_string([0])',
  }),
  'feature-extraction': (config) => ({ body: { inputs: '$prompt', ...waiting(config) }, output: 'to_string(@)' }),
  'text-classification': () => ({ body: { inputs: '$prompt', parameters: {} }, output: 'to_string(@)' }),
  'token-classification': ({ aggregation_strategy: strategy = 'simple', ...config }) => ({
    body: { inputs: '$prompt', parameters: { aggregation_strategy: strategy }, ...waiting(config) },
    output: 'to_string(@)',
  }),
};

/** A model of the hub's inference API that writes no texts, as a block: its answer is JSON. */
export function hubModelRequest(kind: string, model: string, config: Keys): Keys | undefined {
  const asked = KINDS[kind]?.(config);
  if (asked === undefined) return undefined;
  const { apiEndpoint: url = `${HUB}/${model}`, apiKeyEnvar: key = 'HF_TOKEN' } = config;
  return { runner: 'http', http: { url, ...asked, headers_env: { Authorization: `Bearer \${${key}}` } } };
}

function waiting({ use_cache, wait_for_model }: Keys): Keys {
  return use_cache === undefined && wait_for_model === undefined ? {} : { options: { use_cache, wait_for_model } };
}
