// Compiles assembly/edit-kernels.ts and embeds the bytes in src/wasm/generated/edit-kernels-wasm.ts.
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
const target = join(root, 'src/wasm/generated/edit-kernels-wasm.ts');

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

/** The TypeScript module that holds the compiled kernels. */
export function compileModule(compiler) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-wasm-'));
  try {
    const out = join(folder, 'kernels.wasm');
    const [command, ...first] = compiler;
    const flags = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--outFile', out];
    execFileSync(command, [...first, join(root, 'assembly/edit-kernels.ts'), ...flags], { cwd: folder });
    const lines =
      readFileSync(out)
        .toString('base64')
        .match(/.{1,100}/g) ?? [];
    const literal = lines.map((line) => `  '${line}'`).join(' +\n');
    return [
      `// Made by scripts/build-wasm.mjs with assemblyscript ${compilerVersion} from assembly/edit-kernels.ts. Do not edit.`,
      `export const editKernelsWasm: string =\n${literal};\n`,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const compiler = installedCompiler() ?? ['npx', '-y', '-p', `assemblyscript@${compilerVersion}`, 'asc'];
  const text = compileModule(compiler);
  if (process.argv.includes('--check')) {
    const same = existsSync(target) && readFileSync(target, 'utf8') === text;
    console.log(same ? 'src/wasm/generated is current' : 'src/wasm/generated differs from assembly/');
    process.exitCode = same ? 0 : 1;
  } else {
    writeFileSync(target, text);
  }
}
