import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { assayCacheFolder } from '@assay/core';
import { DigestMemory } from './digest-memory.ts';
import { configFiles } from './model-files.ts';

/** Raised when the same file would be converted to something else: what is in the cache is then made again. */
const CONVERTER = 3;
/** Written last by a conversion; its time says when a folder was last used. */
export const CONVERTED_SUMS = 'SHA256SUMS';

/** Where all models that were converted on the way lie, below assay's cache folder. */
export function convertedRoot(env?: NodeJS.ProcessEnv): string {
  return join(assayCacheFolder(env), 'converted');
}

/**
 * The folder of a model that is converted on the way to its runner. It is named by what is converted, so that copies share it.
 * @param weights GGUF or safetensors files; of the latter the configs beside them count too
 */
export async function convertedFolder(
  name: string,
  weights: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const folder = dirname(weights[0]!);
  const isGguf = /\.gguf$/i.test(weights[0]!);
  const files = [...weights.map((file) => basename(file)), ...(isGguf ? [] : configFiles(folder))];
  const memory = await DigestMemory.open(folder, env);
  const key = createHash('sha256').update(String(CONVERTER));
  for (const file of files) key.update(`\n${isGguf ? '' : file} ${await memory.digest(file, 'sha256')}`);
  await memory.save();
  const plain = name.replace(/[^\w.-]+/g, '-').slice(0, 80);
  return join(convertedRoot(env), `${plain}-${key.digest('hex').slice(0, 24)}`);
}

/** Whether a conversion is there whole; it counts as used now. */
export function useConverted(folder: string): boolean {
  const sums = join(folder, CONVERTED_SUMS);
  if (!existsSync(sums)) return false;
  try {
    utimesSync(sums, new Date(), new Date());
  } catch {
    // A cache that cannot be written is read all the same.
  }
  return true;
}

/** Files of a GGUF model on the hub: the one that is named, or all shards of which it is one. */
export function ggufShardNames(file: string): string[] {
  const [, stem, count] = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i.exec(file) ?? [];
  if (stem === undefined || Number(count) > 1000) return [file];
  return Array.from(
    { length: Number(count) },
    (_, at) => `${stem}-${String(at + 1).padStart(5, '0')}-of-${count}.gguf`,
  );
}

/** Names of conversions that are kept. */
export function convertedNames(env?: NodeJS.ProcessEnv): string[] {
  const root = convertedRoot(env);
  return existsSync(root) ? readdirSync(root) : [];
}
