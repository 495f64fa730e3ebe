// Blocks of TypeScript compile, against the packages as they are.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CONFIG = {
  extends: '../../../tsconfig.test.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ['*.ts', '../../*/src/**/*.d.ts'],
};

/**
 * @param {readonly { page: string, first: number, text: string }[]} snippets
 * @returns {Promise<string[]>} what the compiler says, with page and line
 */
export async function snippetProblems(root, snippets) {
  if (snippets.length === 0) return [];
  // Where a consumer's imports are found: beside the front door's own packages.
  const folder = await mkdtemp(join(root, 'packages/assay/.examples-'));
  try {
    for (const [at, { text }] of snippets.entries()) await writeFile(join(folder, `${at}.ts`), `${text}\nexport {};\n`);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    return [];
  } catch (error) {
    if (error.stdout === undefined) throw error;
    return error.stdout
      .split('\n')
      .filter((line) => line.includes('error TS'))
      .map((line) => {
        const [, at, row, problem] = /(\d+)\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
        return at === undefined ? line : `${snippets[at].page}:${snippets[at].first + Number(row)}: ${problem}`;
      });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
