import { dirname } from 'node:path';
import type { Algorithm } from '../algorithms/algorithm.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { type AlgorithmInstance, instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { loadCustomAlgorithm } from '../algorithms/load-custom-algorithm.ts';
import type { TaskAlgorithm } from './score-task.ts';

/**
 * How a worker would find the algorithms of a run; undefined where it could not: helper models live in the main thread, and
 * what wraps another algorithm stands in no table.
 */
export function taskAlgorithms(instances: readonly AlgorithmInstance[]): readonly TaskAlgorithm[] | undefined {
  const found = instances.map(({ label, algorithm, options, helpers, limits }): TaskAlgorithm | undefined => {
    const { name, module } = algorithm;
    const asksHelpers = algorithm.helperAsks !== undefined && (algorithm.helpers === undefined || helpers.length > 0);
    if (asksHelpers) return undefined;
    if (module !== undefined) return { label, name, options, limits, module };
    return ALGORITHMS.get(name) === algorithm ? { label, name, options, limits } : undefined;
  });
  return found.every((each) => each !== undefined) ? found : undefined;
}

/** The algorithms of a task, in a worker. */
export function taskInstances(algorithms: readonly TaskAlgorithm[]): Promise<readonly AlgorithmInstance[]> {
  return Promise.all(
    algorithms.map(async ({ label, name, options, limits, module }) => {
      const algorithm = module === undefined ? ALGORITHMS.get(name)! : await allowedAlgorithm(module);
      return instantiateAlgorithm(label, algorithm, options, limits);
    }),
  );
}

/** The code was allowed when the run was planned, and is still the same. */
function allowedAlgorithm({ file, sha256 }: NonNullable<TaskAlgorithm['module']>): Promise<Algorithm> {
  return loadCustomAlgorithm(file, { baseDir: dirname(file), allowCode: true, sha256 });
}
