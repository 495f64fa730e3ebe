import { AssayError, type HelperBackend, type OpenHelper } from '@assay/core';

/** Opens a helper model in process: a classifier, an encoder, a judge. */
export const openHelper: OpenHelper = async (kind): Promise<HelperBackend> => {
  throw new AssayError('RUNNER_CAPABILITY', `this build of assay has no helper model for ${kind}`);
};
