import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { NotInterpreted } from './python-error.ts';
import { str } from './show.ts';
import { Callable, PythonObject, TypeValue, type Value } from './values.ts';

const LARGEST_FILE = 2 ** 22;

/**
 * Reading of files within one folder, and of nothing outside it, links followed: `pathlib.Path` with `parent`, `/`,
 * `open` and `read_text`, and the built-in `open`, for reading alone.
 */
export class FilesBeside {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = realpathSync(folder);
  }

  /** @throws NotInterpreted outside the folder, and where it cannot be read */
  read(path: string): string {
    let real: string;
    try {
      real = realpathSync(path);
    } catch {
      throw new NotInterpreted(`the file ${relative(this.#folder, path)}, which is not there`);
    }
    const inside = relative(this.#folder, real);
    if (inside.startsWith('..') || inside === '' || join(this.#folder, inside) !== real) {
      throw new NotInterpreted('a file outside the folder of the tasks');
    }
    const stats = statSync(real);
    if (!stats.isFile() || stats.size > LARGEST_FILE)
      throw new NotInterpreted(`the file ${inside}, for its size or kind`);
    return readFileSync(real, 'utf8');
  }

  /** `open(path, mode)` */
  readonly open: Callable['call'] = ([path, mode], keywords) =>
    this.#opened(pathOf(path!), mode ?? keywords.get('mode'));

  get pathType(): TypeValue {
    return new TypeValue('Path', (parts) => this.#path(parts.map(pathOf).join('/')));
  }

  #opened(path: string, mode: Value | undefined): Value {
    if (mode !== undefined && mode !== 'r' && mode !== 'rt') throw new NotInterpreted(`open with mode ${str(mode)}`);
    return new OpenedFile(this.read(path));
  }

  #path(path: string): PathObject {
    return new PathObject(path, (name) => {
      const members: Readonly<Record<string, Value>> = {
        parent: '',
        resolve: new Callable('resolve', () => this.#path(path)),
        open: new Callable('open', ([mode]) => this.#opened(path, mode)),
        read_text: new Callable('read_text', () => this.read(path)),
        __truediv__: new Callable('__truediv__', ([below]) => this.#path(join(path, pathOf(below!)))),
        name: path.split('/').at(-1) ?? '',
      };
      return name === 'parent' ? this.#path(join(path, '..')) : members[name];
    });
  }
}

class PathObject extends PythonObject {
  readonly typeName = 'Path';
  readonly path: string;
  readonly #member: (name: string) => Value | undefined;

  constructor(path: string, member: (name: string) => Value | undefined) {
    super();
    this.path = path;
    this.#member = member;
  }

  override attribute(name: string): Value | undefined {
    return name === '__str__' ? this.path : this.#member(name);
  }
}

/** A file that was read whole; it is closed by doing nothing. */
export class OpenedFile extends PythonObject {
  readonly typeName = 'file';
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  override attribute(name: string): Value | undefined {
    if (name === 'read') return new Callable('read', () => this.text);
    if (name === 'close') return new Callable('close', () => null);
    const lines = (): string[] => this.text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    return name === 'readlines' || name === '__iter__' ? new Callable(name, lines) : undefined;
  }
}

function pathOf(value: Value): string {
  return value instanceof PathObject ? value.path : str(value);
}
