// Compiles each assembly/NAME.ts and embeds the bytes in src/wasm/generated/NAME-wasm.ts.
//   node packages/metrics/scripts/build-wasm.mjs [--check]
// The compiler (with its 94 MB of binaryen) is no dependency of the workspace: it is taken from ASSAY_ASC (a path to its
// bin/asc.js), from node_modules if it happens to be there, or fetched by npx.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compilerVersion = '0.28.20';
const root = fileURLToPath(new URL('..', import.meta.url));
/** What is compiled, and the name of the constant that holds it. */
export const modules = {
  'edit-kernels': 'editKernelsWasm',
  'beam-kernels': 'beamKernelsWasm',
  'ngram-kernels': 'ngramKernelsWasm',
  'resample-kernels': 'resampleKernelsWasm',
};

/** The compiler's command on this machine without a download, or null. */
export function installedCompiler() {
  const candidates = [
    process.env.ASSAY_ASC,
    join(root, 'node_modules/assemblyscript/bin/asc.js'),
    join(root, '../../node_modules/assemblyscript/bin/asc.js'),
  ];
  const found = candidates.find((path) => path && existsSync(path));
  return found ? [process.execPath, found] : null;
}

/** The TypeScript module that holds the compiled kernels of one file in assembly/. */
export function compileModule(compiler, name) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-wasm-'));
  try {
    const out = join(folder, 'kernels.wasm');
    const [command, ...first] = compiler;
    const flags = ['--runtime', 'stub', '--enable', 'simd', '-O2', '--noAssert', '--outFile', out];
    execFileSync(command, [...first, join(root, `assembly/${name}.ts`), ...flags], { cwd: folder });
    const lines =
      readFileSync(out)
        .toString('base64')
        .match(/.{1,100}/g) ?? [];
    const literal = lines.map((line) => `  '${line}'`).join(' +\n');
    return [
      `// Made by scripts/build-wasm.mjs with assemblyscript ${compilerVersion} from assembly/${name}.ts. Do not edit.`,
      `export const ${modules[name]}: string =\n${literal};\n`,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const compiler = installedCompiler() ?? ['npx', '-y', '-p', `assemblyscript@${compilerVersion}`, 'asc'];
  for (const name of Object.keys(modules)) {
    const target = join(root, `src/wasm/generated/${name}-wasm.ts`);
    const text = compileModule(compiler, name);
    if (!process.argv.includes('--check')) {
      writeFileSync(target, text);
      continue;
    }
    const same = existsSync(target) && readFileSync(target, 'utf8') === text;
    console.log(same ? `${name} is current` : `${name}: src/wasm/generated differs from assembly/`);
    if (!same) process.exitCode = 1;
  }
}
