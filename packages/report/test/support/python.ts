import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const READERS = fileURLToPath(new URL('../../../../.venv-readers/bin/python', import.meta.url));

/**
 * A Python with the module: named by ASSAY_PYTHON, else of the environment that test/setup-readers.sh makes, else
 * `python3`; null with the reason in `missing` where there is none.
 */
export function pythonWith(module: string): { readonly python: string | null; readonly missing: string } {
  const python = process.env.ASSAY_PYTHON ?? (existsSync(READERS) ? READERS : 'python3');
  const { status } = spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
  return status === 0 ? { python, missing: '' } : { python: null, missing: `${python} has no ${module}` };
}

/** Runs a program and returns what it prints; throws with its complaint when it fails. */
export function runPython(python: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
