import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core';
import { DigestMemory } from './digest-memory.ts';
import { expectedDigests } from './expected-digests.ts';
import { type FoundModel, type ResolveModelOptions, resolveModel } from './resolve-model.ts';

export interface VerifyModelOptions extends ResolveModelOptions {
  /** Hash every file again, whatever the cache remembers. @default false */
  readonly fresh?: boolean | undefined;
  /** Ends it before the next file. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: { readonly doneBytes: number; readonly totalBytes: number }) => void) | undefined;
}

/** What a verification found; a wrong file throws instead. */
export interface ModelVerification {
  readonly name: string;
  readonly folder: string;
  /** Files whose digests were compared; 0 when no checksums are known for the folder. */
  readonly checkedFiles: number;
  readonly checkedBytes: number;
}

/**
 * Compares every file of a model with its known checksum.
 * @throws MODEL_CHECKSUM on the first file that differs, MODEL_FILES_MISSING on one that is gone, the signal's reason
 */
export async function verifyModel(
  model: string | FoundModel,
  options: VerifyModelOptions = {},
): Promise<ModelVerification> {
  const resolved = typeof model === 'string' ? resolveModel(model, options) : model;
  const expected = expectedDigests(resolved.folder);
  const missing = expected.find(({ path }) => !existsSync(join(resolved.folder, path)));
  if (missing !== undefined) {
    throw new AssayError('MODEL_FILES_MISSING', `${join(resolved.folder, missing.path)} is missing`, {
      hint: cure(resolved),
    });
  }
  const sizes = expected.map(({ path }) => statSync(join(resolved.folder, path)).size);
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  const memory = await DigestMemory.open(resolved.folder, options.env, { forget: options.fresh === true });
  let doneBytes = 0;
  for (const [index, { path, algorithm, digest }] of expected.entries()) {
    options.signal?.throwIfAborted();
    const found = await memory.digest(path, algorithm);
    if (found !== digest) throw wrongBytes(resolved, path, digest, found);
    doneBytes += sizes[index]!;
    options.onProgress?.({ doneBytes, totalBytes });
  }
  await memory.save();
  return { name: resolved.name, folder: resolved.folder, checkedFiles: expected.length, checkedBytes: totalBytes };
}

function wrongBytes(model: FoundModel, path: string, expected: string, found: string): AssayError {
  const full = join(model.folder, path);
  const message = `${full} is damaged: its digest is ${found.slice(0, 12)}…, it should be ${expected.slice(0, 12)}…`;
  return new AssayError('MODEL_CHECKSUM', message, { hint: cure(model), at: { file: full } });
}

function cure(model: FoundModel): string {
  if (model.source === 'hub')
    return `Get it again: assay models remove ${model.name} && assay models pull ${model.name}`;
  if (model.source === 'embedded') return `Restore it: git checkout -- models/${model.name} (or install assay again).`;
  return 'Copy the file again from where the model came from, or correct SHA256SUMS if the change was yours.';
}
