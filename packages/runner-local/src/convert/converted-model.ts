import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssayError, isAssayError, type RunnerHooks } from '@assay/core';
import { pullFiles } from '../hub/pull-file.ts';
import { convertedFolder, ggufShardNames, useConverted } from '../models/converted-folder.ts';
import { parseGgufName } from '../models/gguf-name.ts';
import { type ModelConfig, readModelConfig } from '../models/model-config.ts';
import { onnxFiles } from '../models/model-files.ts';
import { type PreparedModel, type PrepareModelOptions, prepareModel } from '../models/prepare-model.ts';
import { resolveModel } from '../models/resolve-model.ts';
import { convertModel } from './convert-model.ts';
import { FAMILIES } from './families/families.ts';
import { shardsOf } from './gguf/read-gguf.ts';
import { safetensorsFiles } from './safetensors/read-safetensors.ts';

export interface ConvertedModelOptions extends PrepareModelOptions {
  /** Whether a file that is not on this machine is downloaded. @default true */
  readonly download?: boolean | undefined;
}

/** Weights that no runtime opens as they are. */
interface Convertible {
  readonly name: string;
  /** What `convertModel` takes. */
  readonly source: string;
  readonly files: readonly string[];
}

/**
 * A model in a GGUF file, or in safetensors without an ONNX export, brought to the slim layout in assay's cache folder when
 * it is first used, and prepared from there.
 * @returns undefined for a name that means neither
 * @throws AssayError MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_DOWNLOAD, MODEL_UNSUPPORTED, MODEL_LOAD, RUN_DISK_FULL
 */
export async function convertedModel(
  name: string,
  options: ConvertedModelOptions = {},
): Promise<PreparedModel | undefined> {
  const found = (await findGguf(name, options)) ?? findSafetensors(name, options);
  if (found === undefined) return undefined;
  const { env } = options;
  const folder = await convertedFolder(found.name, found.files, env);
  if (useConverted(folder)) {
    try {
      return await prepared(found.name, folder, options);
    } catch (thrown) {
      // Damaged since it was made: it is only a copy.
      if (!isAssayError(thrown) || !['MODEL_CHECKSUM', 'MODEL_FILES_MISSING'].includes(thrown.code)) throw thrown;
      await rm(folder, { recursive: true, force: true });
    }
  }
  await convertTo(folder, found, options);
  return prepared(found.name, folder, options);
}

async function prepared(name: string, folder: string, options: ConvertedModelOptions): Promise<PreparedModel> {
  const { revision: _, ...rest } = options;
  const model = await prepareModel(folder, rest);
  return { ...model, name, id: `local:${name}@sha256:${model.digest}` };
}

async function convertTo(folder: string, { name, source }: Convertible, options: ConvertedModelOptions): Promise<void> {
  const { env, signal, hooks } = options;
  tell(hooks, name);
  const onProgress = ({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }): void =>
    tell(hooks, name, doneBytes, totalBytes);
  try {
    await convertModel(source, { output: folder, check: false, env, signal, hooks: { onProgress } });
  } catch (thrown) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder) || !isAssayError(thrown) || thrown.code !== 'USAGE') throw thrown;
  }
}

function tell(hooks: RunnerHooks | undefined, model: string, doneBytes?: number, totalBytes?: number): void {
  hooks?.onLoad?.({
    ...{ phase: 'convert', model },
    ...(doneBytes === undefined || totalBytes === undefined ? {} : { doneBytes, totalBytes }),
  });
}

async function findGguf(name: string, options: ConvertedModelOptions): Promise<Convertible | undefined> {
  const { env, signal, hooks, revision, download = true } = options;
  const parsed = parseGgufName(name, revision);
  if (parsed === undefined) return undefined;
  if (parsed.kind === 'file') {
    if (existsSync(parsed.path))
      return { name: basename(parsed.path), source: parsed.path, files: shardsOf(parsed.path) };
    throw new AssayError('MODEL_NOT_FOUND', `there is no file ${parsed.path}`, {
      hint: 'name a .gguf file here, or one on the hub as org/name/file.gguf',
    });
  }
  const { id, file } = parsed;
  const offline = download ? env : { ...(env ?? process.env), HF_HUB_OFFLINE: '1' };
  const folder = await pullFiles(id, ggufShardNames(file), {
    ...{ signal, env: offline },
    onProgress: (doneBytes, totalBytes) => hooks?.onLoad?.({ phase: 'download', model: name, doneBytes, totalBytes }),
  });
  const path = join(folder, ...file.split('/'));
  return { name: `${id.id}/${file}`, source: path, files: shardsOf(path) };
}

/** A folder as transformers saves it; one from the hub's cache is left to its ONNX export, which can be fetched. */
function findSafetensors(name: string, { env, revision }: ConvertedModelOptions): Convertible | undefined {
  let model: ReturnType<typeof resolveModel>;
  try {
    model = resolveModel(name, { env, revision });
  } catch {
    return undefined;
  }
  if (model.source === 'hub' || !existsSync(join(model.folder, 'config.json'))) return undefined;
  if (onnxFiles(model.folder).length > 0 || !isKnown(readModelConfig(model.folder))) return undefined;
  const files = safetensorsFiles(model.folder);
  return files[0] === undefined ? undefined : { name: model.name, source: dirname(files[0]), files };
}

function isKnown({ model_type: type, architectures }: ModelConfig): boolean {
  return FAMILIES.some((family) => family.type === type && architectures?.[0] === family.architecture);
}
