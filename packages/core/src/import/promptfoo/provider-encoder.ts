import { isRecord } from '../../datasets/row-batch.ts';
import type { ImportFindings } from '../findings.ts';
import { hubModelRequest } from './hub-requests.ts';
import type { Place, ProviderFiles } from './imported-model.ts';
import { codeProvider } from './provider-code.ts';
import { serverOf } from './provider-servers.ts';
import { vertexRequest } from './vertex-requests.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Vendors whose vectors are had by OpenAI's protocol. */
const EMBEDDERS: ReadonlySet<string> = new Set([
  ...['openai', 'azure', 'azureopenai', 'mistral', 'docker', 'litellm', 'ollama', 'google', 'nvidia', 'togetherai'],
  ...['fireworks', 'localai', 'nscale', 'openrouter', 'vercel', 'cohere'],
]);

/** Where an encoder is named, and what it may be. */
export interface EncoderPlace {
  readonly place: Place;
  readonly findings: ImportFindings;
  /** Undefined where it may be no file. */
  readonly files: ProviderFiles | undefined;
}

/**
 * A provider of embeddings, or of similarities, as an encoder of ours: its block in JSON, or the name of a local model.
 * Undefined where it cannot be asked.
 * @param entry `vendor:embedding:MODEL`, or that as the `id` of a mapping
 */
export function encoderOf(entry: unknown, at: EncoderPlace): string | undefined {
  const id = String(isRecord(entry) ? entry.id : entry);
  const config = isRecord(entry) && isRecord(entry.config) ? entry.config : {};
  const [, voyage] = /^voyage:(.+)$/.exec(id) ?? [];
  if (voyage !== undefined) return openai(voyage, 'https://api.voyageai.com/v1', keyOf(config) ?? 'VOYAGE_API_KEY');
  const [, vendor = '', model] = /^(?:adaline:)?([\w-]+):embeddings?:(.+)$/.exec(id) ?? [];
  if (model !== undefined) return vendorEncoder(vendor, model, config);
  const [, kind, hub = ''] = /^(?:huggingface|hf):(sentence-similarity|feature-extraction):(.+)$/.exec(id) ?? [];
  if (kind !== undefined) return JSON.stringify(hubModelRequest(kind, hub, config));
  if (/^transformers:feature-extraction:/.test(id)) return id.split(':').slice(2).join(':');
  const isCode = at.files?.allowCode === true && /\.[cm]?[jt]s(?::\w+)?$/.test(id);
  const settings = isRecord(entry) ? entry : {};
  const code = isCode ? codeProvider(id, settings, at.place, at.findings, at.files!) : undefined;
  return code === undefined ? undefined : JSON.stringify(code.keys);
}

function vendorEncoder(vendor: string, model: string, config: Keys): string | undefined {
  const region = typeof config.region === 'string' ? { region: config.region } : {};
  if (vendor === 'bedrock') return bedrockEncoder(model, region);
  if (vendor === 'sagemaker') return sagemakerEncoder(model, region, config);
  if (vendor === 'vertex') {
    const body = { instances: [{ content: '$prompt' }], parameters: { autoTruncate: config.autoTruncate ?? false } };
    return JSON.stringify(
      vertexRequest(`google/models/${model}:predict`, config, body, 'to_string(predictions[0].embeddings.values)'),
    );
  }
  if (!EMBEDDERS.has(vendor)) return undefined;
  const server = serverOf(vendor, typeof config.apiHost === 'string' ? config.apiHost : undefined);
  if (server === undefined) return undefined;
  const url = typeof config.apiBaseUrl === 'string' ? config.apiBaseUrl : server.url;
  return openai(model, url, keyOf(config) ?? server.key);
}

const keyOf = ({ apiKeyEnvar }: Keys): string | undefined =>
  typeof apiKeyEnvar === 'string' ? apiKeyEnvar : undefined;

function openai(model: string, url: string, key: string | undefined): string {
  const block = { base_url: url, ...(key === undefined ? {} : { api_key_env: key }) };
  return JSON.stringify({ runner: 'openai', model_id: model, openai: block });
}

/** Titan's and Cohere's requests, by InvokeModel. */
function bedrockEncoder(model: string, region: Keys): string | undefined {
  const isCohere = model.startsWith('cohere.');
  if (!isCohere && !/^amazon\.titan-embed-text/.test(model)) return undefined;
  const body = isCohere ? { texts: ['$prompt'], input_type: 'search_document' } : { inputText: '$prompt' };
  return JSON.stringify({
    ...{ runner: 'bedrock', model_id: model, bedrock: { api: 'invoke', ...region } },
    evaluation_config: {
      content_template: body,
      output: isCohere ? 'to_string(embeddings[0])' : 'to_string(embedding)',
    },
  });
}

/** Where promptfoo looks for the vector in the answer of an endpoint. */
const VECTOR = 'embedding || embeddings || data[0].embedding || [0] || @';

function sagemakerEncoder(endpoint: string, region: Keys, config: Keys): string | undefined {
  if ('transform' in config) return undefined;
  const { path } = isRecord(config.responseFormat) ? config.responseFormat : {};
  const [, steps] = /^json((?:\.[A-Za-z_]\w*|\[\d+\])+)$/.exec(String(path)) ?? [];
  if (path !== undefined && steps === undefined) return undefined;
  const found = steps === undefined ? VECTOR : steps.replace(/^\./, '');
  return JSON.stringify({
    ...{ runner: 'sagemaker', endpoint_name: endpoint, sagemaker: region },
    evaluation_config: { content_template: endpointBody(config.modelType), output: `to_string(${found})` },
  });
}

function endpointBody(kind: unknown): Keys {
  if (kind === 'openai') return { input: '$prompt', model: 'embedding' };
  return kind === 'huggingface' ? { inputs: '$prompt' } : { input: '$prompt', text: '$prompt', inputs: '$prompt' };
}

/** What the tests' options name for texts, and for embeddings, by kind or beside each other. */
export function gradersOf(provider: unknown): { readonly text: unknown; readonly embedding: unknown } {
  if (!isRecord(provider)) return { text: provider, embedding: undefined };
  if (!('id' in provider))
    return {
      text: 'text' in provider || 'embedding' in provider ? provider.text : provider,
      embedding: provider.embedding,
    };
  const { embedding, ...text } = provider;
  return { text, embedding };
}
