// The pages of the docs, in the order a reader needs them.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Written or made outside the manual, and linked from its index. */
const BESIDE = [
  'benchmarks/history.md',
  'benchmarks/proof/imports.md',
  'benchmarks/proof/judges.md',
  'benchmarks/proof/rejected.md',
  'benchmarks/proof/rubrics.md',
  'benchmarks/proof/statistics.md',
  'packages/metrics/README.md',
  'test/mutation/README.md',
];

/** README, docs, the examples, and what lies beside them. @returns {Promise<string[]>} absolute paths */
export async function pagesOf(root) {
  const within = async (folder) =>
    (await readdir(join(root, folder), { recursive: true }))
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .sort()
      .map((name) => join(root, folder, name));
  return [
    join(root, 'README.md'),
    ...(await within('docs')),
    ...(await within('examples')),
    ...BESIDE.map((name) => join(root, name)),
  ];
}
