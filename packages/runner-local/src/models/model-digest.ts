import { createHash } from 'node:crypto';
import { DigestMemory } from './digest-memory.ts';
import { filesThatMatter } from './model-files.ts';

/**
 * One sha256 (hex) that pins what a model folder answers: over `digest  path` lines of its weights, configs and
 * tokenizer, sorted by path. Two folders with the same bytes have the same digest wherever they are.
 */
export async function modelDigest(
  folder: string,
  options: { readonly env?: NodeJS.ProcessEnv | undefined } = {},
): Promise<string> {
  const memory = await DigestMemory.open(folder, options.env);
  const whole = createHash('sha256');
  for (const path of filesThatMatter(folder)) whole.update(`${await memory.digest(path, 'sha256')}  ${path}\n`);
  await memory.save();
  return whole.digest('hex');
}
