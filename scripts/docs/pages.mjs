// The pages of the docs, in the order a reader needs them.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** README, docs and the examples. @returns {Promise<string[]>} absolute paths */
export async function pagesOf(root) {
  const within = async (folder) =>
    (await readdir(join(root, folder), { recursive: true }))
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .sort()
      .map((name) => join(root, folder, name));
  return [join(root, 'README.md'), ...(await within('docs')), ...(await within('examples'))];
}
