import { isAssayError } from '@assay/core';
import { prepareFast } from './prepare-fast.ts';

/**
 * `node prepare-fast-entry.js GRAPH OUT FOLDER`: writes a slim graph of a model folder in whole numbers, and how far it is
 * from the exact one. A process of its own, because it takes several times the memory of the result. What it refuses stands
 * on the last line of stderr, as JSON.
 */
const [graph, out, folder] = process.argv.slice(2);
try {
  await prepareFast(graph!, out!, folder!);
} catch (error) {
  process.stderr.write(isAssayError(error) ? JSON.stringify(error.toData()) : (error as Error).message);
  process.exitCode = 1;
}
