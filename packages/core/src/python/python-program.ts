import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Of the environment: what finds an interpreter, its packages and data sets that are kept here; no keys. */
const PASSED = [
  ...['PATH', 'HOME', 'VIRTUAL_ENV', 'PYTHONPATH', 'SYSTEMROOT', 'LANG', 'TMPDIR'],
  ...['HF_HOME', 'HF_HUB_CACHE', 'HF_DATASETS_CACHE', 'HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE'],
];

/** The environment of Python that is run here. */
export function pythonEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(PASSED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** The Python that runs: ASSAY_PYTHON, else that of the active environment or of `.venv` here, else `python3` of the PATH. */
export function pythonProgram(cwd: string = process.cwd()): string {
  const { ASSAY_PYTHON: named, VIRTUAL_ENV: active } = process.env;
  if (named !== undefined && named !== '') return named;
  const below = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const found = [...(active ? [active] : []), resolve(cwd, '.venv')].map((folder) => join(folder, ...below));
  return found.find((file) => existsSync(file)) ?? 'python3';
}
