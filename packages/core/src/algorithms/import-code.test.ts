import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importCode } from './import-code.ts';

const TYPED = `import { join } from 'node:path';
import { word } from './word.ts';
interface Asked { readonly text: string }
export const answer = ({ text }: Asked): string => join(text, word as string);
`;
/** Where Node strips types itself, tests of the other way say so. */
const bundled = { digest: 'd', stripsTypes: false };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay code '));
  await writeFile(join(folder, 'word.ts'), "export const word: string = 'b';\n");
  await writeFile(join(folder, 'model.ts'), TYPED);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function addEsbuild(): Promise<void> {
  await mkdir(join(folder, 'node_modules'));
  const esbuild = dirname(createRequire(import.meta.url).resolve('esbuild/package.json'));
  await symlink(esbuild, join(folder, 'node_modules/esbuild'), 'junction');
}

async function answerOf(exports: Promise<Readonly<Record<string, unknown>>>): Promise<string> {
  return ((await exports).answer as (asked: { text: string }) => string)({ text: 'a' });
}

test('JavaScript is imported as it is', async () => {
  await writeFile(join(folder, 'model.mjs'), "export const answer = ({ text }) => text + '!';\n");
  expect(await answerOf(importCode(join(folder, 'model.mjs'), { digest: 'd' }))).toBe('a!');
});

test('TypeScript runs where the project has esbuild, imports and all, and leaves no file behind', async () => {
  await addEsbuild();
  const before = await readdir(folder);
  expect(await answerOf(importCode(join(folder, 'model.ts'), bundled))).toBe(join('a', 'b'));
  expect(await readdir(folder)).toEqual(before);
});

test('without esbuild the error says what helps', async () => {
  // pnpm starts vitest with a NODE_PATH on which every package of the workspace is found.
  delete process.env.NODE_PATH;
  (Module as unknown as { _initPaths(): void })._initPaths();
  await expect(importCode(join(folder, 'model.ts'), bundled)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/does not run TypeScript: .*model\.ts/),
    hint: expect.stringContaining('npm install --save-dev esbuild'),
  });
});

test.each([
  ['throws while it loads', 'throw new Error("no weights");', /model\.ts does not load: no weights/],
  ['is no TypeScript', 'export const = 1;', /model\.ts does not load: .*(Expected|Unexpected)/s],
])('a module that %s is a coded error', async (_, text, message) => {
  await addEsbuild();
  await writeFile(join(folder, 'model.ts'), text);
  await expect(importCode(join(folder, 'model.ts'), bundled)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
  });
});
