import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';

/**
 * Folders that are a config's own: the one it lies in; the project around it, which is the nearest folder above with a
 * `.git`, and the working folder where the config lies below that. Never a home folder or the root of a file system.
 */
export function projectFolders(baseDir: string, cwd: string = process.cwd()): string[] {
  const own = realPath(baseDir);
  const around = [gitFolder(own), realPath(cwd)].filter(
    (folder): folder is string => folder !== undefined && isInside(own, folder) && !isTooWide(folder),
  );
  return [...new Set([own, ...around])];
}

function gitFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return undefined;
  }
}

function isTooWide(folder: string): boolean {
  return folder === realPath(homedir()) || folder === parse(folder).root;
}

/** Whether a path is a folder or lies below it; both as they are on disk. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** Through links; of what does not exist, the folders above it that do. */
export function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const above = dirname(whole);
    return above === whole ? whole : join(realPath(above), relative(above, whole));
  }
}
