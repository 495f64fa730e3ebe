import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type AlgorithmInstance, instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { resolveConfigPath } from '../datasets/locate-files.ts';
import { AssayError, isAssayError, type SourcePlace } from '../errors/assay-error.ts';

/** Beyond this a file is no part of a config. */
const MOST_BYTES = 2 ** 20;

/**
 * An algorithm of whose options a part stands in a file, completed from it. Others stay as they are.
 * @param at where the config names the algorithm
 * @throws AssayError CONFIG_INVALID
 */
export async function completedFromFile(
  instance: AlgorithmInstance,
  baseDir: string,
  at: SourcePlace,
): Promise<AlgorithmInstance> {
  const { label, algorithm, options, limits } = instance;
  const file = algorithm.optionsFile?.(options);
  if (file === undefined) return instance;
  const path = resolveConfigPath(file.path, baseDir);
  const fault = (message: string, cause?: unknown) =>
    new AssayError('CONFIG_INVALID', `${algorithm.name}: ${message}`, { at, cause, hint: file.hint });
  let text: string;
  try {
    if ((await stat(path)).size > MOST_BYTES) throw fault(`${file.path} is larger than 1 MiB`);
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw isAssayError(cause) ? cause : fault(`cannot read ${file.path}`, cause);
  }
  const read = file.read(text, createHash('sha256').update(text).digest('hex'));
  if ('why' in read) throw fault(`${file.path}: ${read.why}`);
  return instantiateAlgorithm(label, algorithm, read.options, limits);
}
