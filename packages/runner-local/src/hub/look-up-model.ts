import { existsSync } from 'node:fs';
import { AssayError, isAssayError, readHubSettings } from '@assay/core';
import { parseGgufName } from '../models/gguf-name.ts';
import { readModelConfig } from '../models/model-config.ts';
import { filesThatMatter } from '../models/model-files.ts';
import { type ModelKind, modelKind } from '../models/model-kind.ts';
import { nearestName } from '../models/nearest-name.ts';
import { knownModelNames, resolveModel } from '../models/resolve-model.ts';
import { sizeOfFiles } from '../models/size-of-files.ts';
import { chooseFiles } from './choose-files.ts';
import { listHubFiles } from './hub-files.ts';
import { parseHubId } from './hub-id.ts';

/** Where a model is that a config names. */
export type ModelPlace =
  | {
      readonly place: 'here';
      readonly source: 'embedded' | 'folder' | 'hub' | 'file';
      readonly bytes: number;
      /** What it can be asked, where its config can be read. */
      readonly kind?: ModelKind;
    }
  /** `bytes` of what a run would download, where that can be told. */
  | { readonly place: 'hub'; readonly bytes?: number }
  /** It could be on the hub, which was not asked, or did not answer; `near` is a model here whose name is almost the same. */
  | { readonly place: 'unknown'; readonly why: string; readonly near?: string };

export interface LookUpModelOptions {
  readonly revision?: string | undefined;
  /** Ends the question to the hub. */
  readonly signal?: AbortSignal | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Finds a model without loading or downloading anything: on this machine, or by one request to the hub.
 * @throws MODEL_NOT_FOUND where it is neither here nor there
 */
export async function lookUpModel(name: string, options: LookUpModelOptions = {}): Promise<ModelPlace> {
  const { revision, env } = options;
  const gguf = parseGgufName(name, revision);
  if (gguf?.kind === 'file' && existsSync(gguf.path))
    return { place: 'here', source: 'file', bytes: sizeOfFiles([gguf.path]), kind: 'causal' };
  try {
    const { folder, source } = resolveModel(name, { revision, env });
    const bytes = sizeOfFiles(filesThatMatter(folder).map((path) => `${folder}/${path}`));
    return { place: 'here', source, bytes, ...kindOf(folder) };
  } catch (thrown) {
    const id = gguf?.kind === 'hub' ? gguf.id : parseHubId(name, revision);
    // A bare word is more likely a slip than one of the hub's few ids without an owner.
    if (id === undefined || !name.includes('/')) throw thrown;
    return withNearest(name, env, () => onHub(id, options));
  }
}

/** What is not known of a name that is almost one of a model here may be a slip. */
async function withNearest(
  name: string,
  env: NodeJS.ProcessEnv | undefined,
  look: () => Promise<ModelPlace>,
): Promise<ModelPlace> {
  const near = () => nearestName(name, knownModelNames(env));
  try {
    const found = await look();
    if (found.place !== 'unknown') return found;
    const own = near();
    return own === undefined ? found : { ...found, near: own };
  } catch (thrown) {
    const own = near();
    if (!isAssayError(thrown) || own === undefined) throw thrown;
    const hint = `Did you mean "${own}", which is here? ${thrown.hint ?? ''}`.trim();
    throw new AssayError(thrown.code, thrown.message, { hint, cause: thrown });
  }
}

function kindOf(folder: string): { readonly kind?: ModelKind } {
  try {
    return { kind: modelKind(readModelConfig(folder), folder) };
  } catch {
    return {};
  }
}

async function onHub(
  id: NonNullable<ReturnType<typeof parseHubId>>,
  { env, signal }: LookUpModelOptions,
): Promise<ModelPlace> {
  const settings = readHubSettings(env);
  if (settings.isOffline) return { place: 'unknown', why: 'HF_HUB_OFFLINE is set' };
  try {
    const { files } = await listHubFiles(id, { settings, signal, retryDelayMs: 100 });
    return { place: 'hub', ...bytesToDownload(id.id, files) };
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'MODEL_NOT_FOUND') throw thrown;
    return { place: 'unknown', why: 'the hub does not answer' };
  }
}

/** Of what is taken of a language model; of other kinds it is not told. */
function bytesToDownload(id: string, files: Parameters<typeof chooseFiles>[1]): { readonly bytes?: number } {
  try {
    const chosen = chooseFiles(id, files, 'causal', undefined);
    return { bytes: chosen.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  } catch {
    return {};
  }
}
