import { join } from 'node:path';
import { isAssayError } from '@assay/core';
import { filesThatMatter } from './model-files.ts';
import { type FoundModel, type ResolveModelOptions, resolveModel } from './resolve-model.ts';
import { sizeOfFiles } from './size-of-files.ts';

/** Of a model on this machine: bytes of all its weights, configs and tokenizer, and where it is. Undefined for any other. */
export function modelBytes(
  name: string,
  options: ResolveModelOptions = {},
): { readonly bytes: number; readonly source: FoundModel['source'] } | undefined {
  try {
    const { folder, source } = resolveModel(name, options);
    const files = filesThatMatter(folder).map((path) => join(folder, path));
    return { bytes: sizeOfFiles(files), source };
  } catch (thrown) {
    if (isAssayError(thrown)) return undefined;
    throw thrown;
  }
}
