import { basename } from 'node:path';
import { AssayError } from '@assay/core';

/** The error for a graph that has no form in whole numbers. */
export function cannotQuantise(
  file: string,
  reason: string,
  hint = 'leave out precision: the model runs exactly as it is',
): AssayError {
  return new AssayError('MODEL_UNSUPPORTED', `${basename(file)} has no form for precision fast: ${reason}`, {
    at: { file },
    hint,
  });
}
