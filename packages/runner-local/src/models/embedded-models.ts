import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
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

/**
 * Folders of embedded models: the one that ASSAY_MODELS_DIR names; else `models/` beside this package's files or at the
 * repository's root, and the installed packages `@assay/model-…`, each a folder of one model.
 */
export function embeddedModelsFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  if (env.ASSAY_MODELS_DIR) return [resolve(env.ASSAY_MODELS_DIR)];
  const near = ['../../models', '../../../../models'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return [...near.filter((folder) => existsSync(join(folder, 'SHA256SUMS'))).slice(0, 1), ...packagedModels()];
}

/** The npm package that brings an embedded model. */
export const modelPackage = (name: string): string => `@assay/model-${name.toLowerCase()}`;

/** Roots of installed model packages, found from the working folder and from this package. */
function packagedModels(): string[] {
  return EMBEDDED_MODELS.flatMap(({ name }) => {
    for (const from of [join(process.cwd(), 'package.json'), fileURLToPath(import.meta.url)]) {
      try {
        return dirname(createRequire(from).resolve(`${modelPackage(name)}/package.json`));
      } catch {
        // Not installed there.
      }
    }
    return [];
  });
}

/** The folder of an embedded model by short name or Hugging Face id, if it is there. */
export function findEmbeddedModel(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): { readonly name: string; readonly folder: string } | undefined {
  const short = EMBEDDED_MODELS.find((model) => model.name === name || model.ids.includes(name))?.name;
  const folderName = short ?? embeddedFolderNames(env).find((folder) => folder === name);
  if (folderName === undefined) return undefined;
  const folder = embeddedModelsFolders(env)
    .map((root) => join(root, folderName))
    .find(existsSync);
  return folder === undefined ? undefined : { name: folderName, folder };
}

/** Folders beside the table's own: whoever sets ASSAY_MODELS_DIR may add models there. */
export function embeddedFolderNames(env: NodeJS.ProcessEnv = process.env): string[] {
  const names = embeddedModelsFolders(env)
    .filter(existsSync)
    .flatMap((root) =>
      readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'config.json')))
        .map((entry) => entry.name),
    );
  return [...new Set(names)].sort();
}
