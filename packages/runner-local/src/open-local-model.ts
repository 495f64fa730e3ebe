import {
  AssayError,
  type DescribedRunner,
  isAssayError,
  type Runner,
  type RunnerHooks,
  type RunnerWith,
  runnerWith,
} from '@assay/core';
import type { EncoderOptions } from './encoders/encoder.ts';
import { idOnDevice, isGreedy } from './generation/local-identity.ts';
import { parseHubId } from './hub/hub-id.ts';
import { pullModel } from './hub/pull-model.ts';
import { idWithPrecision } from './layouts/fast-graph.ts';
import type { LocalRunnerOptions } from './local-runner.ts';
import { parseGgufName } from './models/gguf-name.ts';
import { readModelConfig } from './models/model-config.ts';
import { onnxFiles } from './models/model-files.ts';
import { type ModelKind, modelKind } from './models/model-kind.ts';
import { nearestName } from './models/nearest-name.ts';
import type { Dtype } from './models/number-formats.ts';
import { type PreparedModel, prepareModel } from './models/prepare-model.ts';
import { knownModelNames, resolveModel } from './models/resolve-model.ts';

export interface OpenLocalModelOptions {
  /** Branch, tag or commit of a hub model. @default 'main' */
  readonly revision?: string | undefined;
  /** Whether a hub id that is not on this machine is downloaded. HF_HUB_OFFLINE forbids it too. @default true */
  readonly download?: boolean | undefined;
  /** Number format of the weights to load, and to download. @default what is there, or suits the kind of model */
  readonly dtype?: Dtype | undefined;
  /** Settings of a language model. */
  readonly causal?: Omit<LocalRunnerOptions, 'model' | 'digest' | 'hooks' | 'signal' | 'env'> | undefined;
  /** Settings of an encoder or classifier. */
  readonly texts?:
    | Pick<
        EncoderOptions,
        'threads' | 'batchTokens' | 'device' | 'sessionThreads' | 'spinning' | 'memoryLimitBytes' | 'isolate'
      >
    | undefined;
  readonly hooks?: RunnerHooks | undefined;
  /** Stops a download, the checking of files, and the unpacking of weights. */
  readonly signal?: AbortSignal | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Opens any model by name: finds it (downloading a hub id that is not here), checks its files, reads from its config
 * what kind it is, and opens the runner for that kind.
 * @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_DOWNLOAD, MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_MEMORY,
 *   MODEL_DEVICE
 */
export async function openLocalModel(
  name: string | PreparedModel,
  options: OpenLocalModelOptions = {},
): Promise<RunnerWith<'close'>> {
  const model = typeof name === 'string' ? await prepareOrPull(name, options) : name;
  const { hooks, env, signal, texts, dtype } = options;
  const kind = modelKind(readModelConfig(model.folder), model.folder);
  if (options.causal?.precision === 'fast') requireLanguageModel(kind, model);
  // Each kind brings its own libraries: only the one in use is loaded.
  switch (kind) {
    case 'encoder': {
      const { createEncoderRunner } = await import('./encoders/encoder-runner.ts');
      return pinned(await createEncoderRunner({ model, ...texts, hooks, env }), model);
    }
    case 'classifier': {
      const { createClassifierRunner } = await import('./classifiers/classifier-runner.ts');
      return pinned(await createClassifierRunner({ model, ...texts, hooks, env }), model);
    }
    default: {
      const { createLocalRunner } = await import('./local-runner.ts');
      const format = dtype === undefined ? {} : { dtype };
      const settings = { model: model.folder, digest: model.digest, signal, env, ...format, ...options.causal };
      return pinned(await createLocalRunner(hooks === undefined ? settings : { ...settings, hooks }), model);
    }
  }
}

/** A model whose files are checked, and what its runner will be. */
export interface DescribedLocalModel extends DescribedRunner {
  /** For `openLocalModel`, which then does not look for it again. */
  readonly model: PreparedModel;
}

/**
 * Says what `openLocalModel` will open, without loading it: by its files. undefined where the device shows only by a trial.
 * @throws what `openLocalModel` throws while it prepares a model
 */
export async function describeLocalModel(
  name: string,
  options: OpenLocalModelOptions = {},
): Promise<DescribedLocalModel | undefined> {
  const { device = 'cpu', precision } = options.causal ?? {};
  if (device === 'auto') return undefined;
  const model = await prepareOrPull(name, options);
  const kind = modelKind(readModelConfig(model.folder), model.folder);
  const isText = kind === 'causal' || kind === 'seq2seq';
  if (precision === 'fast') requireLanguageModel(kind, model);
  const id = idWithPrecision(idOnDevice(`local:${model.name}@sha256:${model.digest}`, device), precision);
  const revision = model.commit === undefined ? {} : { revision: model.commit };
  // Labels and vectors are drawn by nobody.
  return { id, isGreedy: isText ? isGreedy : () => true, model, ...revision };
}

/** @throws AssayError MODEL_UNSUPPORTED for an encoder or classifier, which is not run in whole numbers */
function requireLanguageModel(kind: ModelKind, { name, folder }: PreparedModel): void {
  if (kind === 'causal' || kind === 'seq2seq') return;
  throw new AssayError(
    'MODEL_UNSUPPORTED',
    `precision fast is for language models, and ${name} is an encoder or classifier`,
    {
      at: { file: folder },
      hint: 'leave out precision; dtype q8 takes eight-bit weights where there are some',
    },
  );
}

/** A model that is here, or downloaded now. */
export async function prepareOrPull(name: string, options: OpenLocalModelOptions): Promise<PreparedModel> {
  // A bare word is more likely a slip than one of the hub's few ids without an owner.
  const { revision, hooks, env, signal, dtype, causal } = options;
  const choice = { revision, hooks, env, signal, dtype, file: causal?.graph, unpack: causal?.unpack };
  if (mayBeConverted(name, options)) {
    // Whoever opens an ONNX model does without the converter and its libraries.
    const { convertedModel } = await import('./convert/converted-model.ts');
    const made = await convertedModel(name, { ...choice, download: options.download });
    if (made !== undefined) return made;
  }
  const canPull = options.download !== false && name.includes('/') && parseHubId(name) !== undefined;
  try {
    return await prepareModel(name, choice);
  } catch (thrown) {
    if (!canPull || !isAbsent(thrown, name, options)) throw thrown;
  }
  await pull(name, options);
  return prepareModel(name, choice);
}

/** A GGUF file, or a folder whose weights no runtime opens. */
function mayBeConverted(name: string, { env, revision }: OpenLocalModelOptions): boolean {
  if (parseGgufName(name, revision) !== undefined) return true;
  try {
    const { folder, source } = resolveModel(name, { env, revision });
    return source === 'folder' && onnxFiles(folder).length === 0;
  } catch {
    return false;
  }
}

/** Not here at all; or it was pulled in another number format, or another tool cached it without its ONNX weights. */
function isAbsent(thrown: unknown, name: string, options: OpenLocalModelOptions): boolean {
  if (!isAssayError(thrown)) return false;
  if (thrown.code === 'MODEL_NOT_FOUND') return true;
  return thrown.code === 'MODEL_FILES_MISSING' && resolveModel(name, options).source === 'hub';
}

async function pull(name: string, options: OpenLocalModelOptions): Promise<void> {
  const { revision, dtype, signal, env, hooks } = options;
  const report = ({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }): void =>
    hooks?.onLoad?.({ phase: 'download', model: name, doneBytes, totalBytes });
  try {
    await pullModel(name, { revision, dtype, signal, env, hooks: { onStart: report, onProgress: report } });
  } catch (thrown) {
    const near = nearestName(name, knownModelNames(env));
    if (!isAssayError(thrown) || near === undefined) throw thrown;
    const hint = `Did you mean "${near}", which is here? ${thrown.hint ?? ''}`.trim();
    throw new AssayError(thrown.code, thrown.message, { hint, cause: thrown });
  }
}

/** A snapshot's folder is named by its commit: the runner's id says the model's name instead, and keeps all the rest. */
function pinned<Own extends Runner>(runner: Own, { name, commit }: PreparedModel): Own {
  const id = `local:${name}${runner.id.slice(runner.id.lastIndexOf('@sha256:'))}`;
  return runnerWith(runner, { id, ...(commit === undefined ? {} : { revision: commit }) });
}
