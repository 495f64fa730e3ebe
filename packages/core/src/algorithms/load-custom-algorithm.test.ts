import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isCodeModule, loadCustomAlgorithm } from './load-custom-algorithm.ts';

const SHOUTING = `const capitals = (text: string): number => text.replace(/[^A-Z]/g, '').length / text.length;
export default {
  name: 'shouting',
  needs: () => [],
  scores: () => ({ capitals: { range: [0, 1], better: 'lower', kind: 'bounded', summary: 'Share of capitals.' } }),
  score: ({ answers }: { answers: Map<string, { text: string }> }) => ({ scores: { capitals: capitals(answers.get('original')!.text) } }),
  signature: () => 'shouting|v1',
};
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay algorithm '));
  await writeFile(join(folder, 'shouting.ts'), SHOUTING);
  await mkdir(join(folder, 'node_modules'));
  const esbuild = dirname(createRequire(import.meta.url).resolve('esbuild/package.json'));
  await symlink(esbuild, join(folder, 'node_modules/esbuild'), 'junction');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('an algorithm in TypeScript is loaded, with its file in the signature', async () => {
  const shouting = await loadCustomAlgorithm('./shouting.ts', { baseDir: folder, allowCode: true });
  expect(shouting.signature({})).toMatch(/^shouting\|v1\|module:sha256:[0-9a-f]{16}$/);
  const answers = new Map([['original', { text: 'ABcd' }]]);
  expect(shouting.score({ answers } as never, {})).toEqual({ scores: { capitals: 0.5 } });
});

test.each([
  ['./shouting.ts', true],
  ['./shouting.mjs', true],
  ['fmeval.eval_algorithms.qa_accuracy', false],
  [undefined, false],
])('the module %s is code: %s', (module, isCode) => expect(isCodeModule(module)).toBe(isCode));
