import { relative, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { isInside, projectFolders, realPath } from '../config/project-folders.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

/** A file outside the folders of an import that was read since it is allowed. */
export interface OutsideFile {
  /** Where it lies, links followed. */
  readonly file: string;
  readonly at: SourcePlace;
}

/** What an import may read, and what it read elsewhere. */
interface ImportReach {
  readonly own: readonly string[];
  readonly allowed: readonly string[];
  readonly outside: OutsideFile[];
}

/** The folder of a file that is imported: what files it names start here, and which of them may be read. */
export class ImportFolder {
  readonly path: string;
  readonly #reach: ImportReach;

  private constructor(path: string, reach: ImportReach) {
    this.path = path;
    this.#reach = reach;
  }

  /**
   * @param allowed folders outside that may be read, too
   * @param around folders that belong to the imported file beside its project
   */
  static of(path: string, allowed: readonly string[] = [], around: readonly string[] = []): ImportFolder {
    return new ImportFolder(path, {
      own: [...projectFolders(path), ...around.map(realPath)],
      allowed: allowed.map(realPath),
      outside: [],
    });
  }

  /** Another folder whose files the same import names: the same may be read from there. */
  at(path: string): ImportFolder {
    return new ImportFolder(path, this.#reach);
  }

  /** What was read outside, each file once, in the order of reading. */
  get outside(): readonly OutsideFile[] {
    return this.#reach.outside;
  }

  /** As messages name a file. */
  shown(file: string): string {
    return relative(this.path, file);
  }

  /** Whether a file is the import's own, links followed. */
  holds(file: string): boolean {
    const real = realPath(file);
    return this.#reach.own.some((folder) => isInside(real, folder));
  }

  /**
   * A file that the imported one names, through links.
   * @throws AssayError CONFIG_NOT_ALLOWED for one outside: its text would become a prompt
   */
  file(name: string, at: SourcePlace): string {
    const file = resolve(this.path, name);
    if (this.holds(file)) return file;
    const real = realPath(file);
    if (this.#reach.allowed.some((folder) => isInside(real, folder))) {
      if (!this.outside.some((known) => known.file === real)) this.#reach.outside.push({ file: real, at });
      return file;
    }
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
