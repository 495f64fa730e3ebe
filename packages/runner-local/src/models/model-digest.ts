import { createHash } from 'node:crypto';
import { relative, resolve, sep } from 'node:path';
import { DigestMemory } from './digest-memory.ts';
import { externalDataOf } from './external-data.ts';
import { configFiles } from './model-files.ts';

/**
 * One sha256 (hex) that pins what a model answers: over `digest  path` lines of its configs, its tokenizer, the graphs in
 * use and their external data, sorted by path. Weights in other number formats beside them change nothing, and two folders
 * with the same bytes have the same digest wherever they are.
 * @param graphs paths of the graphs in use, absolute or from the folder
 */
export async function modelDigest(
  folder: string,
  graphs: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv | undefined } = {},
): Promise<string> {
  const weights = graphs
    .map((graph) => resolve(folder, graph))
    .flatMap((graph) => [graph, ...externalDataOf(graph)])
    .map((path) => relative(folder, path).split(sep).join('/'));
  const memory = await DigestMemory.open(folder, options.env);
  const whole = createHash('sha256');
  for (const path of [...new Set([...configFiles(folder), ...weights])].sort()) {
    whole.update(`${await memory.digest(path, 'sha256')}  ${path}\n`);
  }
  await memory.save();
  return whole.digest('hex');
}
