import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAssayError } from '@assay/core';
import { findHubSnapshot, listHubIds } from '../hub/hub-cache.ts';
import { chooseWeights } from './choose-weights.ts';
import { EMBEDDED_MODELS, embeddedFolderNames, findEmbeddedModel } from './embedded-models.ts';
import { readModelConfig } from './model-config.ts';
import { modelDigest } from './model-digest.ts';
import { filesThatMatter, listModelFiles, onnxFiles, requireModelFiles } from './model-files.ts';
import { type ModelKind, modelKind } from './model-kind.ts';
import { type FoundModel, type ResolveModelOptions, resolveModel } from './resolve-model.ts';

/** A model on this machine, as a list shows it. */
export interface ListedModel extends FoundModel {
  /** Other names that it answers to. */
  readonly aliases: readonly string[];
  readonly kind: ModelKind;
  /** Weights, configs and tokenizer together. */
  readonly sizeBytes: number;
  /** SPDX identifier or what the model card says; null when the folder does not tell. */
  readonly licence: string | null;
}

export interface ModelDetails extends ListedModel {
  /** sha256 over configs, tokenizer and the weights that are opened by default; null where none of them can be. */
  readonly digest: string | null;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  /** Where the weights come from, as the folder's provenance.md or the hub id and commit tell. */
  readonly provenance: string | null;
}

/** Embedded models and those in the hub's cache that have ONNX weights; broken folders are left out. */
export function listModels(env: NodeJS.ProcessEnv = process.env): ListedModel[] {
  const embedded = embeddedFolderNames(env).flatMap((name) => {
    const found = findEmbeddedModel(name, env);
    return found === undefined ? [] : [{ ...found, source: 'embedded' as const }];
  });
  const hub = listHubIds(env).flatMap((id) => {
    const found = findHubSnapshot({ id, revision: 'main' }, env);
    return found ? [{ name: id, folder: found.folder, source: 'hub' as const, commit: found.commit }] : [];
  });
  return [...embedded, ...hub].filter(isUsable).map(summarise);
}

/** @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING */
export async function showModel(name: string, options: ResolveModelOptions = {}): Promise<ModelDetails> {
  const model = resolveModel(name, options);
  requireModelFiles(model.folder);
  const files = listModelFiles(model.folder).map((path) => ({
    path,
    sizeBytes: statSync(join(model.folder, path)).size,
  }));
  const graphs = openable(model.folder);
  const digest = graphs && (await modelDigest(model.folder, graphs, { env: options.env }));
  return { ...summarise(model), digest, files, provenance: provenanceOf(model) };
}

/** @returns null for graphs of no layout that can be run: what they are can still be shown */
function openable(folder: string): readonly string[] | null {
  try {
    return chooseWeights(folder);
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'MODEL_UNSUPPORTED') return null;
    throw thrown;
  }
}

function isUsable(model: FoundModel): boolean {
  return existsSync(join(model.folder, 'config.json')) && onnxFiles(model.folder).length > 0;
}

function summarise(model: FoundModel): ListedModel {
  const known = EMBEDDED_MODELS.find(({ name }) => model.source === 'embedded' && name === model.name);
  const sizes = filesThatMatter(model.folder).map((path) => statSync(join(model.folder, path)).size);
  return {
    ...model,
    aliases: known?.ids ?? [],
    kind: modelKind(readModelConfig(model.folder), model.folder),
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    licence: known?.licence ?? cardLicence(model.folder),
  };
}

/** The `license:` line of the model card's front matter. */
function cardLicence(folder: string): string | null {
  const card = join(folder, 'README.md');
  if (!existsSync(card)) return null;
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(card, 'utf8'))?.[1] ?? '';
  return /^license:\s*["']?([^"'\r\n]+)/m.exec(front)?.[1]?.trim() ?? null;
}

function provenanceOf(model: FoundModel): string | null {
  const file = join(model.folder, 'provenance.md');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  return model.source === 'hub' ? `https://huggingface.co/${model.name}/tree/${model.commit}` : null;
}
