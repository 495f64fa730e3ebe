import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Paths in a config start at its own folder; what is not there is a path from here, or a name. */
export function besideConfig(path: string, baseDir: string): string {
  const beside = resolve(baseDir, path);
  return existsSync(beside) ? beside : path;
}
