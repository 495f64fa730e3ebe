import type { VendorServer } from '../../config/vendor-servers.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { withConfigFiles } from './config-files.ts';
import type { ImportedModel, Place, ProviderFiles } from './imported-model.ts';
import { readPromptfooFile } from './promptfoo-file.ts';
import { codeProvider } from './provider-code.ts';
import { parametersOf, withDefaults } from './provider-parameters.ts';
import { gatewayConfig, type OpenaiApi, ownServer, protocolOfVendor } from './provider-protocol.ts';
import { requestKeys } from './provider-requests.ts';
import { serverOf } from './provider-servers.ts';
import { sagemakerSettings } from './sagemaker-settings.ts';
import { vertexClaude, vertexLlama, withProject } from './vertex-requests.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Providers as models; each that cannot be carried over is a warning and left out. */
export async function importProviders(
  written: unknown,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  key: string,
  findings: ImportFindings,
  files: ProviderFiles,
): Promise<ImportedModel[]> {
  const models: ImportedModel[] = [];
  for (const [position, entry] of [written ?? []].flat().entries()) {
    const place = (...path: (string | number)[]) =>
      placeOf(Array.isArray(written) ? [key, position, ...path] : [key, ...path]);
    for (const each of await entriesOf(entry, place, findings, files)) {
      const { id, settings } = providerOf(each);
      const config = await withConfigFiles(settings.config, files, place('config'), findings);
      const read = config === undefined ? each : { ...settings, id, config };
      const model = importProvider(read, place, findings, files);
      if (model !== undefined) models.push(model);
    }
  }
  return models;
}

/** What a file of settings lists in place of its name. */
async function entriesOf(
  entry: unknown,
  place: Place,
  findings: ImportFindings,
  { folder }: ProviderFiles,
): Promise<readonly unknown[]> {
  const [, name] = typeof entry === 'string' ? (/^file:\/\/(.*\.(?:ya?ml|json))$/.exec(entry) ?? []) : [];
  if (name === undefined) return [entry];
  try {
    const file = folder.file(name, place());
    const { content } = await readPromptfooFile(file, folder.shown(file));
    return [content].flat();
  } catch (thrown) {
    findings.failure(thrown, place());
    return [];
  }
}

/** Answers with what it is asked: the import knows it. */
const ECHO = 'echo';

/** One provider; undefined, and a warning, where it cannot be carried over. @param files undefined where none may be code */
export function importProvider(
  entry: unknown,
  place: Place,
  findings: ImportFindings,
  files?: ProviderFiles,
): ImportedModel | undefined {
  const { id, settings } = providerOf(entry);
  const config = gatewayConfig(String(id), isRecord(settings.config) ? settings.config : {});
  const code =
    typeof id === 'string' && files?.allowCode === true
      ? codeProvider(id, settings, place, findings, files)
      : undefined;
  if (code !== undefined) return code;
  const partner = typeof id === 'string' ? vertexPartner(id, settings, place, findings, files) : undefined;
  if (partner !== undefined) return partner ?? undefined;
  const request = typeof id === 'string' ? requestKeys(id, config, { at: place(), findings, files }) : undefined;
  if (id === ECHO)
    return {
      name: typeof settings.label === 'string' ? settings.label : ECHO,
      keys: { runner: 'outputs' },
      parameters: {},
    };
  const keys = request ?? (typeof id === 'string' ? modelKeys(id, config) : undefined);
  if (request === null) return undefined;
  if (keys === undefined) {
    findings.warn(reasonFor(id), place(), 'name a model for it under models, or run with --local-model ID');
    return undefined;
  }
  for (const other of Object.keys(settings)) {
    if (!['id', 'label', 'config', 'prompts', 'delay'].includes(other)) {
      findings.warn(`${other} of the provider ${id} is not carried over`, place(other));
    }
  }
  const leftOut = (name: string) =>
    findings.warn(`config.${name} of the provider ${id} is not carried over`, place('config'));
  const evaluation = keys.runner === 'sagemaker' ? sagemakerSettings(String(id), config, leftOut) : {};
  const by = { runner: keys.runner, api: isRecord(keys.openai) ? (keys.openai.api as OpenaiApi) : undefined };
  const isWhole = keys.runner === 'sagemaker' || request !== undefined;
  const parameters = isWhole ? {} : withDefaults(parametersOf(config, by, leftOut), by);
  const name = typeof settings.label === 'string' ? settings.label : (id as string);
  const prompts = Array.isArray(settings.prompts) ? { prompts: settings.prompts.map(String) } : {};
  return {
    name,
    keys,
    parameters,
    by,
    ...(Object.keys(evaluation).length === 0 ? {} : { settings: evaluation }),
    ...prompts,
    ...pricesIn(config, keys),
  };
}

/** Models of other vendors that Vertex serves by protocols of their own; null where it is told why there is none. */
function vertexPartner(
  id: string,
  settings: Keys,
  place: Place,
  findings: ImportFindings,
  files: ProviderFiles | undefined,
): ImportedModel | null | undefined {
  const [, model = '', vendor] = /^vertex:(?:chat:)?((claude|llama).*)$/.exec(id) ?? [];
  if (vendor === undefined) return undefined;
  const config = withProject(isRecord(settings.config) ? settings.config : {}, files?.env ?? {});
  if (config === undefined) {
    findings.warn(
      `the provider ${id} is not carried over: no project of Vertex is named`,
      place(),
      'write config.projectId, or set VERTEX_PROJECT_ID for the import',
    );
    return null;
  }
  const leftOut = (name: string) =>
    findings.warn(`config.${name} of the provider ${id} is not carried over`, place('config'));
  const name = typeof settings.label === 'string' ? settings.label : id;
  const prompts = Array.isArray(settings.prompts) ? { prompts: settings.prompts.map(String) } : {};
  if (vendor === 'llama') return { name, ...vertexLlama(model, config), ...prompts };
  return { name, keys: vertexClaude(model, config, leftOut), parameters: {}, ...prompts };
}

/** What a token costs where the config says so, by the model's id. */
function pricesIn({ cost, inputCost, outputCost }: Keys, { model_id: id }: Keys): Pick<ImportedModel, 'prices'> {
  const [input, output] = [inputCost ?? cost, outputCost ?? cost];
  if (typeof input !== 'number' || typeof output !== 'number' || typeof id !== 'string') return {};
  return { prices: { [id]: { input: input * 1e6, output: output * 1e6 } } };
}

/** `id`, `{ id, config }` or `{ <id>: { config } }`. */
function providerOf(entry: unknown): { readonly id: unknown; readonly settings: Keys } {
  if (!isRecord(entry)) return { id: entry, settings: {} };
  if ('id' in entry) return { id: entry.id, settings: entry };
  const [id, settings] = Object.entries(entry)[0] ?? [];
  return { id, settings: isRecord(settings) ? settings : {} };
}

function modelKeys(id: string, config: Keys): Keys | undefined {
  const [first = '', ...others] = id.split(':');
  // A gateway in the same process, which asks the vendor named behind it.
  const [vendor = '', ...rest] = first === 'adaline' ? others : [first, ...others];
  const server =
    ownServer(vendor, config) ?? serverOf(vendor, typeof config.apiHost === 'string' ? config.apiHost : undefined);
  if (server !== undefined) return openaiKeys(vendor, server, rest, config);
  const text = rest.join(':');
  const region = typeof config.region === 'string' ? { region: config.region } : {};
  if (vendor === 'bedrock' && text !== '' && !/^(?:kb|agent|nova-sonic|video|luma)\b/.test(text)) {
    const modelId = text.replace(/^(?:converse|completion):/, '');
    const answer = config.showThinking === false ? 'blocks' : 'all';
    return { runner: 'bedrock', model_id: modelId, bedrock: { answer, ...region } };
  }
  if (vendor === 'sagemaker' && text !== '' && !text.startsWith('embedding:')) {
    const [kind, ...endpoint] = rest;
    const name = endpoint.length === 0 ? kind : endpoint.join(':');
    return { runner: 'sagemaker', endpoint_name: name, sagemaker: { ...region } };
  }
  // promptfoo's own in-process provider: the same kind of model files.
  if (vendor === 'transformers' && rest[0] === 'text-generation') {
    return { runner: 'local', model_id: rest.slice(1).join(':') };
  }
  return undefined;
}

/** What a vendor answers in another way than by a text in a chat. */
const OTHER_KINDS =
  /^(?:embeddings?|assistant|realtime|live|image|video|moderation|transcription|speech|agents|audio|codex-sdk|claude-agent-sdk|claude-code)$/;
const CHAT_KINDS: ReadonlySet<string> = new Set(['chat', 'messages', 'responses', 'completion', 'text-generation']);

function openaiKeys(vendor: string, server: VendorServer, rest: readonly string[], config: Keys): Keys | undefined {
  const [kind, ...named] = rest;
  if (kind === undefined || OTHER_KINDS.test(kind)) return undefined;
  const isKind = CHAT_KINDS.has(kind);
  // Vertex serves other vendors' models in other ways.
  if (vendor === 'vertex' && !/^gemini/.test((isKind ? named : rest).join(':'))) return undefined;
  const api = protocolOfVendor(vendor, isKind ? kind : undefined);
  const host = typeof config.apiHost === 'string' ? `https://${config.apiHost}/v1` : undefined;
  const key = keyVariable(config) ?? server.key;
  const base = typeof config.apiBaseUrl === 'string' ? config.apiBaseUrl : undefined;
  return {
    runner: 'openai',
    model_id: (isKind ? named : rest).join(':'),
    openai: {
      base_url: versioned(base, api) ?? (vendor === 'openai' ? (host ?? server.url) : addressOf(server.url, api)),
      ...(key === undefined ? {} : { api_key_env: key }),
      api,
      ...(api === 'messages' ? { answer: config.showThinking === false ? 'blocks' : 'all' } : {}),
    },
  };
}

/** Addresses of Anthropic's and Google's protocols as promptfoo takes them: the version comes behind. */
function versioned(base: string | undefined, api: OpenaiApi): string | undefined {
  const version = api === 'messages' ? 'v1' : api === 'gemini' ? 'v1beta' : undefined;
  return base === undefined || version === undefined ? base : `${base.replace(/\/+$/, '')}/${version}`;
}

/** Google's own protocol lies beside its path for OpenAI's clients. */
const addressOf = (url: string, api: OpenaiApi): string => (api === 'gemini' ? url.replace(/\/openai$/, '') : url);

/** The variable that the config names; a key that stands in it is not taken over. */
function keyVariable({ apiKeyEnvar, apiKey }: Keys): string | undefined {
  if (typeof apiKeyEnvar === 'string') return apiKeyEnvar;
  return typeof apiKey === 'string' ? /^\{\{\s*env\.(\w+)\s*\}\}$/.exec(apiKey)?.[1] : undefined;
}

function reasonFor(id: unknown): string {
  const shown = typeof id === 'string' ? id : JSON.stringify(id);
  if (/^(?:file:|python:|exec:|golang:|ruby:|javascript:|\.)|\.(?:[cm]?[jt]s|py|rb|go)(?::\w+)?$/.test(shown)) {
    return `the provider ${shown} is code, which is never run here`;
  }
  return `the provider ${shown} is not carried over`;
}
