import { AssayError } from '../errors/assay-error.ts';

/** @throws AssayError always: outputs that lie in the dataset answer no further questions */
export function cannotAskAgain(algorithm: string): never {
  throw new AssayError('RUNNER_CAPABILITY', `${algorithm} asks the model more than the outputs in the dataset answer`, {
    hint: 'Name a model that can be asked: a local one, an endpoint, a scripted one.',
  });
}
