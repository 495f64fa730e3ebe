import { AssayError } from '@assay/core';
import { nearestName } from './nearest-name.ts';

/** MODEL_NOT_FOUND with the nearest known name and how to get a model that is not on this machine. */
export function modelNotFound(name: string, known: readonly string[], cause?: unknown): AssayError {
  const near = nearestName(name, known);
  const found = near === undefined ? '' : `; did you mean "${near}"?`;
  const pull = /^(?!\.{1,2}\/)[\w.-]+\/[\w.-]+(@[\w./-]+)?$/.test(name)
    ? `Get it with: assay models pull ${name}`
    : `Name an embedded model (${known.slice(0, 4).join(', ')}), a folder, or a Hugging Face id such as org/name.`;
  return new AssayError('MODEL_NOT_FOUND', `no model "${name}" on this machine${found}`, { hint: pull, cause });
}
