type Keys = Readonly<Record<string, unknown>>;

/** What promptfoo sends that a config does not say. */
const DEFAULTS: Keys = {
  ...{ chatHistory: [], connectors: [], prompt_truncation: 'OFF', search_queries_only: false, documents: [] },
  ...{ temperature: 0.3, k: 0, p: 0.75, frequency_penalty: 0, presence_penalty: 0 },
};
const QUERIES =
  "search_queries && join('', [text, '\n\nSearch Queries:\n', join('\n', search_queries[].text)]) || text";

/** Cohere by its own protocol, as promptfoo asks it. @see https://docs.cohere.com/v1/reference/chat */
export function cohereRequest(
  model: string,
  { apiKey: _, apiKeyEnvar: key = 'COHERE_API_KEY', ...config }: Keys,
): Keys {
  return {
    url: 'https://api.cohere.ai/v1/chat',
    body: { message: '$prompt', ...DEFAULTS, ...config, model },
    output: config.showSearchQueries === true ? QUERIES : 'text',
    headers_env: { Authorization: `Bearer \${${key}}` },
  };
}
