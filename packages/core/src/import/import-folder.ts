import { relative, resolve } from 'node:path';
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
}
