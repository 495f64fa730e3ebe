import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssayError, assayCacheFolder } from 'assay/internal';
import { runProgram } from './run-program.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../python/requirements.txt', import.meta.url));

/**
 * The Python of a virtual environment in the cache folder, which is made once for each list of packages.
 * @param tell what is going on, a line each
 * @throws AssayError PACKAGE_MISSING without Python, or when the packages cannot be installed
 */
export async function pythonEnvironment(tell: (line: string) => void): Promise<string> {
  const folder = join(assayCacheFolder(), 'bench-python');
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  const mark = join(folder, 'packages.sha256');
  const wanted = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  const made = await readFile(mark, 'utf8').catch(() => '');
  if (made === wanted && (await runProgram(python, ['--version'])).code === 0) return python;
  tell(`setting up Python’s packages in ${folder} (once, about 130 MB)`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const base = await basePython();
  await must(base, ['-m', 'venv', folder]);
  await must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
  await writeFile(mark, wanted);
  return python;
}

async function basePython(): Promise<string> {
  for (const name of ['python3', 'python']) {
    if ((await runProgram(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'])).code === 0) return name;
  }
  throw new AssayError('PACKAGE_MISSING', 'Python 3.10 or later is not here', {
    hint: 'Install it, or leave --against out.',
  });
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram(program, args);
  if (code === 0) return;
  const said = stderr.trim().split('\n').slice(-3).join('; ');
  throw new AssayError('PACKAGE_MISSING', `${args.slice(0, 3).join(' ')} failed: ${said}`, {
    hint: 'Python’s packages come from its package index: see that it can be reached, and that venv and pip are installed.',
  });
}
