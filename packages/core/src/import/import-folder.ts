import { relative, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { isInside, projectFolders, realPath } from '../config/project-folders.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

/** The folder of a file that is imported: what files it names start here, and which of them may be read. */
export class ImportFolder {
  readonly path: string;
  readonly #readable: readonly string[];

  /** @param allowed folders outside that may be read, too */
  constructor(path: string, allowed: readonly string[] = []) {
    this.path = path;
    this.#readable = [...projectFolders(path), ...allowed.map(realPath)];
  }

  /** As messages name a file. */
  shown(file: string): string {
    return relative(this.path, file);
  }

  /**
   * A file that the imported one names, through links.
   * @throws AssayError CONFIG_NOT_ALLOWED for one outside: its text would become a prompt
   */
  file(name: string, at: SourcePlace): string {
    const file = resolve(this.path, name);
    const real = realPath(file);
    if (this.#readable.some((folder) => isInside(real, folder))) return file;
    throw new AssayError('CONFIG_NOT_ALLOWED', `${name} lies outside the folder of the file that names it: ${real}`, {
      at,
      hint: `Look at it; where its text may become a prompt, pass --allow-file ${real}`,
    });
  }
  /**
   * The files that a name or a glob pattern of the imported file stands for, in order of their names.
   * @throws AssayError CONFIG_NOT_FOUND where there is none, CONFIG_NOT_ALLOWED for one outside
   */
  async files(pattern: string, at: SourcePlace): Promise<string[]> {
    if (pattern.trim() === '') throw new AssayError('CONFIG_NOT_FOUND', 'a file has no name', { at });
    const names = fastGlob.isDynamicPattern(pattern)
      ? (await fastGlob(pattern, { cwd: this.path, absolute: true })).sort()
      : [pattern];
    if (names.length === 0) throw new AssayError('CONFIG_NOT_FOUND', `${pattern} finds no file`, { at });
    return names.map((name) => this.file(name, at));
  }
}
