import { existsSync } from 'node:fs';
import type { VendorServer } from '../../config/vendor-servers.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { readPromptfooFile } from './promptfoo-file.ts';
import { parametersOf } from './provider-parameters.ts';
import { serverOf } from './provider-servers.ts';
import { sagemakerSettings } from './sagemaker-settings.ts';

export interface ImportedModel {
  readonly name: string;
  /** Keys of an entry of `models` that say what runs it. */
  readonly keys: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Further keys of its `evaluation_config`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Labels of the prompts that it is asked; undefined for all. */
  readonly prompts?: readonly string[];
}

type Keys = Readonly<Record<string, unknown>>;
type Place = (...path: (string | number)[]) => SourcePlace;

/** What providers by file need. */
export interface ProviderFiles {
  readonly folder: ImportFolder;
  /** Whether providers that are code are carried over, to run with `--allow-code`. */
  readonly allowCode: boolean;
}

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
      const model = importProvider(each, place, findings, files);
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

/** One provider; undefined, and a warning, where it cannot be carried over. @param files undefined where none may be code */
export function importProvider(
  entry: unknown,
  place: Place,
  findings: ImportFindings,
  files?: ProviderFiles,
): ImportedModel | undefined {
  const { id, settings } = providerOf(entry);
  const config = isRecord(settings.config) ? settings.config : {};
  const code =
    typeof id === 'string' && files?.allowCode === true
      ? codeProvider(id, settings, place, findings, files)
      : undefined;
  if (code !== undefined) return code;
  const keys = typeof id === 'string' ? modelKeys(id, config, place, findings) : undefined;
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
  const isResponses = /^[\w-]+:responses:/.test(String(id));
  const { instructions, ...others } = config;
  const isSystem = typeof instructions === 'string' && isResponses && !instructions.includes('{{');
  if (instructions !== undefined && !isSystem) leftOut('instructions');
  const sagemaker = keys.runner === 'sagemaker' ? sagemakerSettings(String(id), config, leftOut) : undefined;
  const parameters = sagemaker === undefined ? parametersOf(others, { runner: keys.runner, isResponses }, leftOut) : {};
  const evaluation = { ...sagemaker, ...(isSystem ? { system_prompt: instructions } : {}) };
  const name = typeof settings.label === 'string' ? settings.label : (id as string);
  const prompts = Array.isArray(settings.prompts) ? { prompts: settings.prompts.map(String) } : {};
  return {
    name,
    keys,
    parameters,
    ...(Object.keys(evaluation).length === 0 ? {} : { settings: evaluation }),
    ...prompts,
  };
}

const CODE_FILE = /^(?:file:\/\/|python:)?([^:]+\.(?:[cm]?[jt]s|py))(?::(\w+))?$/;

/** A provider that is a file of JavaScript, TypeScript or Python; undefined for any other. */
function codeProvider(
  id: string,
  settings: Keys,
  place: Place,
  findings: ImportFindings,
  { folder }: ProviderFiles,
): ImportedModel | undefined {
  const [, path, name] = CODE_FILE.exec(id) ?? [];
  if (path === undefined) return undefined;
  for (const other of Object.keys(settings)) {
    if (!['id', 'label', 'config', 'prompts', 'delay'].includes(other))
      findings.warn(`${other} of the provider ${id} is not carried over`, place(other));
  }
  const config = isRecord(settings.config) ? settings.config : undefined;
  if (JSON.stringify(config)?.includes('file://') === true)
    findings.warn(`config of the provider ${id} by file is not carried over`, place('config'));
  const label = typeof settings.label === 'string' ? settings.label : id;
  const prompts = Array.isArray(settings.prompts) ? { prompts: settings.prompts.map(String) } : {};
  try {
    const file = folder.file(path, place());
    if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${path}`, { at: place() });
    findings.note(`the provider ${id} is code that runs with --allow-code; it is given the prompt alone`, place());
    const provider = { id: label, ...(config === undefined ? {} : { config }) };
    const module = { file, ...(name === undefined ? {} : { export: name }), provider };
    return { name: label, keys: { runner: 'module', module }, parameters: {}, ...prompts };
  } catch (thrown) {
    findings.failure(thrown, place());
    return { name: label, keys: { runner: 'module', module: { file: path } }, parameters: {}, ...prompts };
  }
}

/** `id`, `{ id, config }` or `{ <id>: { config } }`. */
function providerOf(entry: unknown): { readonly id: unknown; readonly settings: Keys } {
  if (!isRecord(entry)) return { id: entry, settings: {} };
  if ('id' in entry) return { id: entry.id, settings: entry };
  const [id, settings] = Object.entries(entry)[0] ?? [];
  return { id, settings: isRecord(settings) ? settings : {} };
}

function modelKeys(id: string, config: Keys, place: Place, findings: ImportFindings): Keys | undefined {
  const [first = '', ...others] = id.split(':');
  // A gateway in the same process, which asks the vendor named behind it.
  const [vendor = '', ...rest] = first === 'adaline' ? others : [first, ...others];
  const server = serverOf(vendor, typeof config.apiHost === 'string' ? config.apiHost : undefined);
  if (server !== undefined) return openaiKeys(vendor, server, rest, config, place, findings);
  const text = rest.join(':');
  const region = typeof config.region === 'string' ? { region: config.region } : {};
  if (vendor === 'bedrock' && text !== '' && !/^(?:kb|agent|nova-sonic|video|luma)\b/.test(text)) {
    const modelId = text.replace(/^(?:converse|completion):/, '');
    return { runner: 'bedrock', model_id: modelId, bedrock: { ...region } };
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

function openaiKeys(
  vendor: string,
  server: VendorServer,
  rest: readonly string[],
  config: Keys,
  place: Place,
  findings: ImportFindings,
): Keys | undefined {
  const [kind, ...named] = rest;
  if (kind === undefined || OTHER_KINDS.test(kind)) return undefined;
  const isKind = CHAT_KINDS.has(kind);
  if (kind === 'responses') {
    findings.note(`${vendor}:responses is asked by chat completions: the same model and messages`, place());
  }
  const host = typeof config.apiHost === 'string' ? `https://${config.apiHost}/v1` : undefined;
  const key = keyVariable(config) ?? server.key;
  const base = typeof config.apiBaseUrl === 'string' ? config.apiBaseUrl : undefined;
  return {
    runner: 'openai',
    model_id: (isKind ? named : rest).join(':'),
    openai: {
      base_url: base ?? (vendor === 'openai' ? (host ?? server.url) : server.url),
      ...(key === undefined ? {} : { api_key_env: key }),
      api: kind === 'completion' ? 'completions' : 'chat',
    },
  };
}

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
