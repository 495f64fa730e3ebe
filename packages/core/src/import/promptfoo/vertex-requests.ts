import { vertexServer } from './provider-protocol.ts';

type Keys = Readonly<Record<string, unknown>>;

/**
 * A request to a model that Vertex serves in another way than by Gemini's protocol, as the block of a model.
 * @param path behind `publishers`
 */
export function vertexRequest(path: string, config: Keys, body: Keys, output: string): Keys {
  const { projectId, region } = config;
  const { url, key } = vertexServer(
    typeof projectId === 'string' ? projectId : undefined,
    typeof region === 'string' ? region : undefined,
  );
  const header = key === 'VERTEX_API_KEY' ? { 'x-goog-api-key': key } : { Authorization: `Bearer \${${key}}` };
  return { runner: 'http', http: { url: url.replace(/google$/, path), body, output, headers_env: header } };
}

/** Where the project is named that promptfoo takes where a config names none. */
const PROJECT_VARIABLES = ['VERTEX_PROJECT_ID', 'GOOGLE_PROJECT_ID', 'GOOGLE_CLOUD_PROJECT'] as const;

/** A config of Vertex with its project, which the environment may name; undefined where nobody does. */
export function withProject(config: Keys, env: Readonly<Record<string, string | undefined>>): Keys | undefined {
  const projectId = config.projectId ?? PROJECT_VARIABLES.map((name) => env[name]).find((value) => value);
  return projectId === undefined ? undefined : { ...config, projectId };
}

const CLAUDE_READ: ReadonlySet<string> = new Set([
  ...['projectId', 'region', 'anthropicVersion', 'anthropic_version', 'max_tokens', 'maxOutputTokens', 'temperature'],
  ...['top_p', 'topP', 'top_k', 'topK', 'showThinking'],
]);

/** Claude on Vertex: Anthropic's request without a model, and a version in its place. */
export function vertexClaude(model: string, config: Keys, leftOut: (name: string) => void): Keys {
  for (const name of Object.keys(config)) if (!CLAUDE_READ.has(name)) leftOut(name);
  const body = {
    anthropic_version: config.anthropicVersion ?? config.anthropic_version ?? 'vertex-2023-10-16',
    max_tokens: config.max_tokens ?? config.maxOutputTokens ?? 512,
    ...given('temperature', config.temperature),
    ...given('top_p', config.top_p ?? config.topP),
    ...given('top_k', config.top_k ?? config.topK),
    system: '$system',
    messages: '$turns',
  };
  return vertexRequest(
    `anthropic/models/${model}:rawPredict`,
    config,
    body,
    "join('\n\n', content[?type=='text'].text)",
  );
}

/** Llama on Vertex: OpenAI's protocol in one region, with a filter of its own. */
export function vertexLlama(model: string, config: Keys): { readonly keys: Keys; readonly parameters: Keys } {
  const { projectId, maxOutputTokens: length = 1024, temperature, topP, topK, llamaConfig } = config;
  const { safetySettings } = (llamaConfig ?? {}) as { readonly safetySettings?: Keys };
  const safety = {
    enabled: safetySettings?.enabled !== false,
    llama_guard_settings: safetySettings?.llama_guard_settings ?? {},
  };
  const url = `https://us-central1-aiplatform.googleapis.com/v1beta1/projects/${projectId}/locations/us-central1/endpoints/openapi`;
  return {
    keys: {
      ...{ runner: 'openai', model_id: `meta/${model}` },
      openai: { base_url: url, api_key_env: 'VERTEX_ACCESS_TOKEN', api: 'chat' },
    },
    parameters: {
      max_new_tokens: length,
      ...given('temperature', temperature),
      ...given('top_p', topP),
      ...given('top_k', topK),
      extra_body: { google: { model_safety_settings: safety } },
    },
  };
}

const given = (name: string, value: unknown): Keys => (value === undefined ? {} : { [name]: value });
