import { isRecord } from '../../datasets/row-batch.ts';
import { serverOf } from './provider-servers.ts';

/** Vendors whose vectors are had by OpenAI's protocol. */
const EMBEDDERS: ReadonlySet<string> = new Set([
  ...['openai', 'azure', 'azureopenai', 'mistral', 'docker', 'litellm', 'ollama', 'google', 'nvidia', 'togetherai'],
  ...['fireworks', 'localai', 'nscale', 'openrouter', 'vercel', 'cohere'],
]);

/**
 * A provider of embeddings as an encoder of ours: its block in JSON. Undefined where it cannot be asked by OpenAI's protocol.
 * @param entry `vendor:embedding:MODEL`, or that as the `id` of a mapping
 */
export function encoderOf(entry: unknown): string | undefined {
  const id = isRecord(entry) ? entry.id : entry;
  const config = isRecord(entry) && isRecord(entry.config) ? entry.config : {};
  const [, voyage] = /^voyage:(.+)$/.exec(String(id)) ?? [];
  if (voyage !== undefined) return block(voyage, 'https://api.voyageai.com/v1', keyOf(config) ?? 'VOYAGE_API_KEY');
  const [, vendor = '', model] = /^(?:adaline:)?([\w-]+):embeddings?:(.+)$/.exec(String(id)) ?? [];
  if (model === undefined || !EMBEDDERS.has(vendor)) return undefined;
  const server = serverOf(vendor, typeof config.apiHost === 'string' ? config.apiHost : undefined);
  if (server === undefined) return undefined;
  const url = typeof config.apiBaseUrl === 'string' ? config.apiBaseUrl : server.url;
  return block(model, url, keyOf(config) ?? server.key);
}

const keyOf = ({ apiKeyEnvar }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof apiKeyEnvar === 'string' ? apiKeyEnvar : undefined;

function block(model: string, url: string, key: string | undefined): string {
  const openai = { base_url: url, ...(key === undefined ? {} : { api_key_env: key }) };
  return JSON.stringify({ runner: 'openai', model_id: model, openai });
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
