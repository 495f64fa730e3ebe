// publint and attw over every package that could be published. publint starts pnpm, so pnpm must be on PATH.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const bin = join(process.cwd(), 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
for (const name of readdirSync('packages')) {
  const folder = join('packages', name);
  execFileSync('publint', ['run', folder, '--strict', '--pack', 'npm'], { stdio: 'inherit', env });
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // The command has no entry to import; data files have no types.
  const entries = Object.keys(exports).filter((entry) => !entry.startsWith('./data/') && entry !== './package.json');
  if (entries.length === 0) continue;
  const args = ['--pack', folder, '--profile', 'esm-only', '--ignore-rules', 'cjs-resolves-to-esm'];
  execFileSync('attw', [...args, '--format', 'ascii', '--entrypoints', ...entries], { stdio: 'inherit', env });
}
