import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assay from 'assay';
import { expect, test } from 'vitest';

const SOURCES = ['src/library', 'src/vitest'].map((folder) => resolve(import.meta.dirname, '..', folder));

/** The examples of docstrings: each belongs to the export behind it. */
function examples(): { readonly name: string; readonly code: string }[] {
  return SOURCES.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => /(?<!\.test)\.ts$/.test(file))
    .flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /@example\n((?: \*.*\n)+?) \*\/\nexport (?:async )?(?:const|function) (\w+)/g,
        ),
      ].map(([, lines = '', name = '']) => ({ name, code: lines.replaceAll(/^ \* ?/gm, '') })),
    );
}

test('every function that people import has an example', () => {
  const shown = new Set(examples().map(({ name }) => name));
  const functions = Object.entries(assay).flatMap(([name, value]) =>
    typeof value === 'function' && !/^(AssayError|isAssayError)$/.test(name) ? [name] : [],
  );
  expect(functions.filter((name) => !shown.has(name))).toEqual([]);
  expect(Object.keys(assay).length).toBeLessThanOrEqual(40);
});

test('every example compiles', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const folder = mkdtempSync(join(root, 'packages/assay/.examples-'));
  try {
    for (const [at, { name, code }] of examples().entries()) {
      const names = Object.keys(assay).filter(
        (each) => new RegExp(`\\b${each}\\b`).test(code) && !code.includes(`const ${each} =`),
      );
      const imports = `import { ${names.join(', ')} } from 'assay';\nimport { z } from 'zod';\n`;
      const vitest = /\b(evaluation|expect)\(/.test(code)
        ? "import { evaluation } from 'assay/vitest';\nimport { expect } from 'vitest';\n"
        : '';
      writeFileSync(
        join(folder, `${name}-${at}.ts`),
        `${imports}${vitest}export async function example() {\n${code}}\nvoid z;\n`,
      );
    }
    const config = {
      extends: '../../../tsconfig.test.json',
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ['*.ts', '../../*/src/**/*.d.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (thrown) {
    expect((thrown as { stdout?: string }).stdout ?? String(thrown)).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
