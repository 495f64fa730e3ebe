import { AssayError, type Capability } from '@assay/core';

/** RUNNER_CAPABILITY for a method that this kind of model does not have. */
export function lacksCapability(id: string, wanted: Capability, has: Capability): AssayError {
  const hint = `Use a model that can ${PLAIN[wanted]}; this one can ${PLAIN[has]}.`;
  return new AssayError('RUNNER_CAPABILITY', `${id} cannot ${PLAIN[wanted]}`, { hint });
}

const PLAIN: Readonly<Record<Capability, string>> = {
  generate: 'generate text',
  logProbability: 'give log-probabilities',
  embed: 'embed texts',
  classify: 'classify texts',
};
