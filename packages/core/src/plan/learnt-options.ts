import { deserialize, serialize } from 'node:v8';
import { type AlgorithmInstance, instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { AssayError } from '../errors/assay-error.ts';

/** What algorithms learnt of the data, for a process that has not all of it: their options by label, as texts. */
export type LearntOptions = Readonly<Record<string, string>>;

/** @throws AssayError CONFIG_INVALID for options of code of one's own that cannot be written */
export function learntOptions(instances: readonly AlgorithmInstance[]): LearntOptions {
  return Object.fromEntries(
    instances.filter(({ algorithm }) => algorithm.prepare !== undefined).map((each) => [each.label, written(each)]),
  );
}

/** Lists, maps and typed arrays alike, as threads hand them on. */
function written({ label, options }: AlgorithmInstance): string {
  try {
    return serialize(options).toString('base64');
  } catch (cause) {
    throw new AssayError(
      'CONFIG_INVALID',
      `${label} learnt options that cannot be handed on: ${(cause as Error).message}`,
      {
        hint: 'let `prepare` return plain data',
        cause,
      },
    );
  }
}

/** The algorithm with what it learnt before. */
export function withLearntOptions(instance: AlgorithmInstance, learnt: LearntOptions): AlgorithmInstance {
  const { label, algorithm, limits } = instance;
  const own = algorithm.prepare === undefined ? undefined : learnt[label];
  if (own === undefined) return instance;
  return instantiateAlgorithm(label, algorithm, deserialize(Buffer.from(own, 'base64')), limits);
}
