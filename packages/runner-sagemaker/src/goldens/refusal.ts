import { isAssayError } from '@assay/core';

/** An error in the goldens' form: that there is one is compared, not its words. @throws what is no error of ours */
export function refusal(thrown: unknown): { readonly error: string; readonly message: string } {
  if (!isAssayError(thrown)) throw thrown;
  return { error: 'refused', message: thrown.message };
}
