import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const READERS = fileURLToPath(new URL('../../../../.venv-readers/bin/python', import.meta.url));

const HAS_ALL = 'import sys, importlib.util as i; sys.exit(any(i.find_spec(name) is None for name in sys.argv[1:]))';

/**
 * A Python with the modules: named by ASSAY_PYTHON, else of the environment that test/setup-readers.sh makes, else
 * `python3`; null with the reason in `missing` where there is none.
 */
export function pythonWith(...modules: readonly string[]): {
  readonly python: string | null;
  readonly missing: string;
} {
  const python = process.env.ASSAY_PYTHON ?? (existsSync(READERS) ? READERS : 'python3');
  // Found, not imported: some take seconds, and what is there but broken must fail its test, not skip it.
  const { status } = spawnSync(python, ['-c', HAS_ALL, ...modules], { stdio: 'ignore' });
  return status === 0 ? { python, missing: '' } : { python: null, missing: `${python} has no ${modules.join(', ')}` };
}

/** Runs a program and returns what it prints; throws with its complaint when it fails. */
export function runPython(python: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
