import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { cohereRequest } from './cohere-requests.ts';
import type { ProviderFiles, RequestPlace } from './imported-model.ts';
import { nunjucksParts } from './nunjucks.ts';
import { SIGNED, signatureOf, tlsOf } from './request-security.ts';

type Keys = Readonly<Record<string, unknown>>;

/**
 * Providers that are a request of their own: any server by its URL, Replicate, llama.cpp and an endpoint of Hugging Face.
 * @returns the keys of `runner: http`; undefined for other providers, null where it was told why a request cannot be one
 */
export function requestKeys(id: string, config: Keys, told: RequestPlace): Keys | null | undefined {
  const http = httpBlock(id, config, told);
  return http === undefined || http === null ? http : { runner: 'http', http };
}

function httpBlock(id: string, config: Keys, told: RequestPlace): Keys | null | undefined {
  if (/^https?$/.test(id) || /^https?:\/\//.test(id)) return ownRequest(id, config, told);
  if (/^cohere:(?!embedding:)/.test(id)) return cohereRequest(id.slice('cohere:'.length), config);
  if (/^replicate:(?!image:|moderation:)/.test(id)) return replicateRequest(id.slice('replicate:'.length), config);
  if (id === 'llama' || (id.startsWith('llama:') && !id.startsWith('llama:chat:'))) return llamaRequest(config);
  if (id.startsWith('huggingface:text-generation:') && typeof config.apiEndpoint === 'string')
    return hubRequest(config.apiEndpoint, config);
  return undefined;
}

const READ: ReadonlySet<string> = new Set([
  'url',
  'method',
  'headers',
  'body',
  'transformResponse',
  'responseParser',
  'maxRetries',
  'signatureAuth',
  'tls',
]);

function ownRequest(id: string, config: Keys, { at, findings, files }: RequestPlace): Keys | null {
  const url = String(config.url ?? id);
  const method = String(config.method ?? 'GET').toUpperCase();
  const unread = Object.keys(config).filter((name) => !READ.has(name));
  if (unread.length > 0 || url.includes('{{') || !['POST', 'PUT', 'GET'].includes(method)) {
    const what =
      unread.length > 0 ? `config.${unread.join(', config.')}` : url.includes('{{') ? 'a template in its URL' : method;
    findings.warn(`the request of the provider ${id} has ${what}, which is not carried over`, at);
    return null;
  }
  const read = readerOf(config.transformResponse ?? config.responseParser, files, at, findings);
  if (read === undefined) return null;
  const signed = signatureOf(config.signatureAuth, { at, findings, files });
  const secured = tlsOf(config.tls, { at, findings, files });
  if (typeof signed === 'string' || typeof secured === 'string') {
    const what = [signed, secured].find((each) => typeof each === 'string');
    findings.warn(`the request of the provider ${id} has ${what}, which is not carried over`, at);
    return null;
  }
  const { fixed, secret } = headersOf(config.headers, at);
  return {
    ...signed,
    ...secured,
    url,
    ...(method === 'POST' ? {} : { method }),
    ...(method === 'GET' ? {} : { body: templated(config.body ?? '{{prompt}}', at) }),
    ...read,
    ...(Object.keys(fixed).length === 0 ? {} : { headers: fixed }),
    ...(Object.keys(secret).length === 0 ? {} : { headers_env: secret }),
  };
}

/** Where the answer stands: a plain path as JMESPath, anything else as the code that it is. */
function readerOf(
  written: unknown,
  files: ProviderFiles | undefined,
  at: SourcePlace,
  findings: ImportFindings,
): Keys | undefined {
  if (written === undefined) return { output: '@' };
  const code = String(written).trim();
  const [, path] = /^json((?:\??\.[A-Za-z_]\w*|(?:\?\.)?\[\d+\])+)$/.exec(code) ?? [];
  if (path !== undefined) return { output: path.replaceAll('?.[', '[').replaceAll('?.', '.').replace(/^\./, '') };
  if (files?.allowCode !== true) {
    findings.warn(
      'transformResponse is code: its provider is left out',
      at,
      'read it; pass --allow-code to carry it over',
    );
    return undefined;
  }
  if (!code.startsWith('file://')) return { output_code: code };
  const [, file = '', name] = /^file:\/\/(.*?\.[cm]?js)(?::(\w+))?$/.exec(code) ?? [];
  if (file === '') return undefined;
  const found = files.folder.file(file, at);
  const pick =
    name === undefined
      ? 'module.default ?? module'
      : `module[${JSON.stringify(name)}] ?? module.default?.[${JSON.stringify(name)}]`;
  return {
    output_code: `(json, text) => import(${JSON.stringify(found)}).then((module) => { const read = ${pick}; return (read.default ?? read)(json, text); })`,
  };
}

/** Headers with a variable of the environment stand apart. */
function headersOf(written: unknown, at: SourcePlace): { readonly fixed: Keys; readonly secret: Keys } {
  const fixed: Record<string, unknown> = {};
  const secret: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isRecord(written) ? written : {})) {
    const text = String(value);
    const variable = /\{\{\s*env\.(\w+)\s*\}\}|\$\{(\w+)\}/g;
    if (variable.test(text))
      secret[name] = text.replaceAll(variable, (_, env?: string, shell?: string) => `\${${env ?? shell}}`);
    else fixed[name] = templated(text, at);
  }
  return { fixed, secret };
}

/** Its texts with `$prompt` and the row's variables in place of promptfoo's; a text that is the prompt alone may be JSON. */
function templated(value: unknown, at: SourcePlace): unknown {
  if (typeof value === 'string') {
    if (/^\s*\{\{\s*prompt\s*\}\}\s*$/.test(value)) return '$prompt_json';
    return nunjucksParts(value, at)
      .map((part) => ('literal' in part ? part.literal : placeholderOf(part.path)))
      .join('');
  }
  if (Array.isArray(value)) return value.map((each) => templated(each, at));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, templated(each, at)]));
}

/** What promptfoo signs has names of its own. */
function placeholderOf(path: readonly string[]): string {
  const [name = ''] = path;
  if (name === 'prompt') return '$prompt';
  return SIGNED.has(name) ? `\${${name}}` : `\${vars.${path.join('.')}}`;
}

/** An answer within a minute: Replicate waits so long with its own. @see https://replicate.com/docs/topics/predictions/create-a-prediction */
function replicateRequest(model: string, config: Keys): Keys {
  const [name, version] = model.split(':');
  const { prompt, apiKey: _, ...input } = config;
  const { prefix = '', suffix = '' } = isRecord(prompt) ? prompt : {};
  return {
    url: `https://api.replicate.com/v1/${version === undefined ? `models/${name}/` : ''}predictions`,
    body: {
      ...(version === undefined ? {} : { version }),
      input: { ...input, prompt: `${String(prefix)}$prompt${String(suffix)}` },
    },
    output: "type(output) == 'array' && join('', output) || output",
    headers: { Prefer: 'wait=60' },
    headers_env: { Authorization: `Bearer \${REPLICATE_API_TOKEN}` },
  };
}

/** The server of llama.cpp by its own protocol. */
function llamaRequest({ baseUrl, ...config }: Keys): Keys {
  const url = typeof baseUrl === 'string' ? baseUrl : 'http://localhost:8080';
  return { url: `${url}/completion`, body: { prompt: '$prompt', n_predict: 512, ...config }, output: 'content' };
}

function hubRequest(url: string, { apiEndpoint: _, apiKey: __, ...config }: Keys): Keys {
  return {
    url,
    body: { inputs: '$prompt', parameters: { return_full_text: false, ...config } },
    output: '[0].generated_text || generated_text',
    headers_env: { Authorization: `Bearer \${HF_TOKEN}` },
  };
}
