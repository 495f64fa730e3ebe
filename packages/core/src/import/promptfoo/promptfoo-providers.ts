import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';

export interface ImportedModel {
  readonly name: string;
  /** Keys of an entry of `models` that say what runs it. */
  readonly keys: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Labels of the prompts that it is asked; undefined for all. */
  readonly prompts?: readonly string[];
}

interface Api {
  readonly url: string;
  readonly key?: string;
}

/** Servers that speak OpenAI's protocol. */
const APIS: Readonly<Record<string, Api>> = {
  openai: { url: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY' },
  ollama: { url: 'http://127.0.0.1:11434/v1' },
  localai: { url: 'http://127.0.0.1:8080/v1' },
  openrouter: { url: 'https://openrouter.ai/api/v1', key: 'OPENROUTER_API_KEY' },
  groq: { url: 'https://api.groq.com/openai/v1', key: 'GROQ_API_KEY' },
  mistral: { url: 'https://api.mistral.ai/v1', key: 'MISTRAL_API_KEY' },
  deepseek: { url: 'https://api.deepseek.com/v1', key: 'DEEPSEEK_API_KEY' },
  togetherai: { url: 'https://api.together.xyz/v1', key: 'TOGETHER_API_KEY' },
};
const SAME: ReadonlySet<string> = new Set([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'presence_penalty',
  'repetition_penalty',
  'stop',
  'seed',
]);
const LENGTHS: ReadonlySet<string> = new Set([
  'max_tokens',
  'max_new_tokens',
  'max_completion_tokens',
  'maxTokens',
  'num_predict',
]);
const ADDRESS: ReadonlySet<string> = new Set(['apiBaseUrl', 'apiHost', 'apiKeyEnvar', 'region']);

/** Providers as models; each that cannot be carried over is a warning and left out. */
export function importProviders(
  written: unknown,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  key: string,
  findings: ImportFindings,
): ImportedModel[] {
  return [written ?? []].flat().flatMap((entry: unknown, position): ImportedModel[] => {
    const place = (...path: (string | number)[]) =>
      placeOf(Array.isArray(written) ? [key, position, ...path] : [key, ...path]);
    const { id, settings } = providerOf(entry);
    const config = isRecord(settings.config) ? settings.config : {};
    const keys = typeof id === 'string' ? modelKeys(id, config) : undefined;
    if (keys === undefined) {
      findings.warn(reasonFor(id), place(), 'name a model for it under models, or run with --local-model ID');
      return [];
    }
    for (const other of Object.keys(settings)) {
      if (!['id', 'label', 'config', 'prompts', 'delay'].includes(other)) {
        findings.warn(`${other} of the provider ${id} is not carried over`, place(other));
      }
    }
    const parameters = parametersOf(config, (name) =>
      findings.warn(`config.${name} of the provider ${id} is not carried over`, place('config', name)),
    );
    const name = typeof settings.label === 'string' ? settings.label : (id as string);
    const prompts = Array.isArray(settings.prompts) ? { prompts: settings.prompts.map(String) } : {};
    return [{ name, keys, parameters, ...prompts }];
  });
}

/** `id`, `{ id, config }` or `{ <id>: { config } }`. */
function providerOf(entry: unknown): { readonly id: unknown; readonly settings: Readonly<Record<string, unknown>> } {
  if (!isRecord(entry)) return { id: entry, settings: {} };
  if ('id' in entry) return { id: entry.id, settings: entry };
  const [id, settings] = Object.entries(entry)[0] ?? [];
  return { id, settings: isRecord(settings) ? settings : {} };
}

function modelKeys(id: string, config: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const [vendor = '', ...rest] = id.split(':');
  const api = APIS[vendor];
  if (api !== undefined) return openaiKeys(api, rest, config);
  const text = rest.join(':');
  const region = typeof config.region === 'string' ? { region: config.region } : {};
  if (vendor === 'bedrock' && text !== '') {
    const modelId = text.replace(/^(?:converse|completion):/, '');
    return { runner: 'bedrock', model_id: modelId, bedrock: { ...region } };
  }
  if (vendor === 'sagemaker' && text !== '' && !text.startsWith('embedding:')) {
    const [first, ...endpoint] = rest;
    const isJumpstart = first === 'jumpstart';
    const name = endpoint.length === 0 ? first : endpoint.join(':');
    return {
      runner: 'sagemaker',
      endpoint_name: name,
      sagemaker: { ...region, ...(isJumpstart ? { payload: 'jumpstart' } : {}) },
    };
  }
  // promptfoo's own in-process provider: the same kind of model files.
  if (vendor === 'transformers' && rest[0] === 'text-generation') {
    return { runner: 'local', model_id: rest.slice(1).join(':') };
  }
  return undefined;
}

function openaiKeys(
  api: Api,
  rest: readonly string[],
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const [kind, ...named] = rest;
  const isKind = kind === 'chat' || kind === 'completion';
  if (
    kind === undefined ||
    (!isKind && /^(?:embeddings?|assistant|responses|realtime|image|moderation|transcription|speech)$/.test(kind))
  )
    return undefined;
  const model = (isKind ? named : rest).join(':');
  const host = typeof config.apiHost === 'string' ? `https://${config.apiHost}/v1` : undefined;
  const keyName = typeof config.apiKeyEnvar === 'string' ? config.apiKeyEnvar : api.key;
  return {
    runner: 'openai',
    model_id: model,
    openai: {
      base_url: typeof config.apiBaseUrl === 'string' ? config.apiBaseUrl : (host ?? api.url),
      ...(keyName === undefined ? {} : { api_key_env: keyName }),
      api: kind === 'completion' ? 'completions' : 'chat',
    },
  };
}

function parametersOf(
  config: Readonly<Record<string, unknown>>,
  leftOut: (name: string) => void,
): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (LENGTHS.has(name)) parameters.max_new_tokens = value;
    else if (SAME.has(name)) parameters[name] = value;
    else if (!ADDRESS.has(name)) leftOut(name);
  }
  return parameters;
}

function reasonFor(id: unknown): string {
  const shown = typeof id === 'string' ? id : JSON.stringify(id);
  if (/^(?:file:|python:|exec:|golang:|ruby:|javascript:|\.)|\.(?:[cm]?[jt]s|py|rb|go)(?::\w+)?$/.test(shown)) {
    return `the provider ${shown} is code, which is never run here`;
  }
  return `the provider ${shown} is not carried over`;
}
