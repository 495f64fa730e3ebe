import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A model that ships with assay. */
export interface EmbeddedModel {
  /** Short name, which is the folder's name too. */
  readonly name: string;
  /** Hugging Face ids that it answers to. */
  readonly ids: readonly string[];
  /** SPDX identifier. */
  readonly licence: string;
}

export const EMBEDDED_MODELS: readonly EmbeddedModel[] = [
  { name: 'SmolLM2-135M-Instruct', ids: ['HuggingFaceTB/SmolLM2-135M-Instruct'], licence: 'Apache-2.0' },
  {
    name: 'all-MiniLM-L6-v2',
    ids: ['sentence-transformers/all-MiniLM-L6-v2', 'Xenova/all-MiniLM-L6-v2'],
    licence: 'Apache-2.0',
  },
  { name: 'tox-block-bilstm', ids: [], licence: 'MIT' },
];

/** The folder of embedded models: ASSAY_MODELS, else `models/` beside this package's files or at the repository's root. */
export function embeddedModelsFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ASSAY_MODELS) return resolve(env.ASSAY_MODELS);
  const inPackage = fileURLToPath(new URL('../../models', import.meta.url));
  const inRepository = fileURLToPath(new URL('../../../../models', import.meta.url));
  return existsSync(inPackage) ? inPackage : inRepository;
}

/** The folder of an embedded model by short name or Hugging Face id, if it is there. */
export function findEmbeddedModel(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): { readonly name: string; readonly folder: string } | undefined {
  const short = EMBEDDED_MODELS.find((model) => model.name === name || model.ids.includes(name))?.name;
  const folderName = short ?? embeddedFolderNames(env).find((folder) => folder === name);
  if (folderName === undefined) return undefined;
  const folder = join(embeddedModelsFolder(env), folderName);
  return existsSync(folder) ? { name: folderName, folder } : undefined;
}

/** Folders beside the table's own: whoever sets ASSAY_MODELS may add models there. */
export function embeddedFolderNames(env: NodeJS.ProcessEnv = process.env): string[] {
  const root = embeddedModelsFolder(env);
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'config.json')))
    .map((entry) => entry.name)
    .sort();
}
