import { AssayError } from '@assay/core/errors';

/**
 * MODEL_UNSUPPORTED for a model that has no slim form.
 * @param what names the operator or the architecture
 */
export function cannotConvert(file: string, what: string): AssayError {
  return new AssayError('MODEL_UNSUPPORTED', `this model cannot be brought to the slim layout: ${what}`, {
    at: { file },
    hint: 'the model runs as it is, the plain way: name it in a config or to assay run without converting it',
  });
}
