import type { RunnerHooks } from '@assay/core';
import { chooseWeights, type WeightsChoice } from './choose-weights.ts';
import { modelDigest } from './model-digest.ts';
import { requireModelFiles } from './model-files.ts';
import { type FoundModel, resolveModel } from './resolve-model.ts';
import { verifyModel } from './verify-model.ts';

/** A model whose files are there and as they should be. */
export interface PreparedModel extends FoundModel {
  /** The graphs in use, relative to the folder; the decoder or only one first. */
  readonly graphs: readonly string[];
  /** sha256 over configs, tokenizer and the weights in use, hex. */
  readonly digest: string;
  /** `local:NAME@sha256:DIGEST`, which pins what answers. */
  readonly id: string;
}

export interface PrepareModelOptions extends WeightsChoice {
  /** Branch, tag or commit of a hub model. @default 'main' */
  readonly revision?: string | undefined;
  readonly hooks?: RunnerHooks | undefined;
  /** Ends the checking of its files. */
  readonly signal?: AbortSignal | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Finds a model, checks its files and pins them; one that is prepared already comes back as it is.
 * @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_UNSUPPORTED
 */
export async function prepareModel(
  name: string | PreparedModel,
  options: PrepareModelOptions = {},
): Promise<PreparedModel> {
  if (typeof name !== 'string') return name;
  const { hooks, env, signal } = options;
  const model = resolveModel(name, { revision: options.revision, env });
  requireModelFiles(model.folder);
  const graphs = chooseWeights(model.folder, options);
  await verifyModel(model, {
    env,
    signal,
    onProgress: (event) => hooks?.onLoad?.({ phase: 'verify', model: model.name, ...event }),
  });
  const digest = await modelDigest(model.folder, graphs, { env });
  return { ...model, graphs, digest, id: `local:${model.name}@sha256:${digest}` };
}

/**
 * The id with the settings that change what the model answers, each after a `#`; those not given are left out.
 */
export function idWith(model: PreparedModel, settings: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return [model.id, ...given.map(([key, value]) => `${key}=${value}`)].join('#');
}
