// publint and attw over every package that could be published. publint starts pnpm, so pnpm must be on PATH.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const bin = join(process.cwd(), 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
for (const name of readdirSync('packages')) {
  const folder = join('packages', name);
  execFileSync('publint', ['run', folder, '--strict', '--pack', 'npm'], { stdio: 'inherit', env });
  if (name === 'cli') continue;
  execFileSync('attw', ['--pack', folder, '--profile', 'esm-only', '--ignore-rules', 'cjs-resolves-to-esm'], {
    stdio: 'inherit',
    env,
  });
}
