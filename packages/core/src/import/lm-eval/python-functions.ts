import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import { Budget } from '../../python/interpreter/budget.ts';
import { builtins } from '../../python/interpreter/builtins.ts';
import { DatasetObject } from '../../python/interpreter/dataset-object.ts';
import { FilesBeside } from '../../python/interpreter/files-beside.ts';
import type { Frame } from '../../python/interpreter/frame.ts';
import { Interpreter } from '../../python/interpreter/interpreter.ts';
import { knownModules } from '../../python/interpreter/modules.ts';
import { parsePython } from '../../python/interpreter/parse-python.ts';
import { fromPlain, toPlain } from '../../python/interpreter/plain-values.ts';
import { NotInterpreted, PythonError } from '../../python/interpreter/python-error.ts';
import { unsupportedIn } from '../../python/interpreter/unsupported.ts';
import { Callable, type Dict, iterate, Module, Unsupported, type Value } from '../../python/interpreter/values.ts';
import type { ImportFolder } from '../import-folder.ts';
import type { Doc } from './jinja-template.ts';
import type { FunctionReference } from './task-source.ts';

const LARGEST_FILE = 2 ** 21;
/** Where lm-evaluation-harness keeps its tasks, whose modules import one another by this name. */
const PACKAGE = 'lm_eval.tasks';

/**
 * The Python functions of tasks, read from the files beside them and interpreted: they change values and can do nothing
 * else. Each file is read once.
 */
export class PythonFunctions {
  readonly #budget = new Budget();
  readonly #builtins = builtins(this.#budget);
  readonly #known = knownModules(this.#budget);
  readonly #frames = new Map<string, Frame>();
  readonly #folder: ImportFolder;
  /** Of the function that is asked for: where a file that may not be read is told. */
  #at: SourcePlace = { file: '' };

  /** @param folder says which files may be read */
  constructor(folder: ImportFolder) {
    this.#folder = folder;
  }

  /** Rows as `process_docs` makes them. @throws AssayError IMPORT_UNSUPPORTED */
  processDocs(reference: FunctionReference, docs: readonly Doc[], at: SourcePlace): readonly Doc[] {
    return this.#running(reference, at, (callable) => {
      const made = callable.call([new DatasetObject(docs.map((doc) => fromPlain(doc) as Dict))], new Map());
      const rows = made instanceof DatasetObject ? made.rows : [...iterate(made)];
      return rows.map((row) => {
        const plain = toPlain(row);
        if (!isRecord(plain)) throw new NotInterpreted('it makes rows that are no dicts');
        return plain;
      });
    });
  }

  /** What a function of a row gives, as JSON has it. @throws AssayError IMPORT_UNSUPPORTED */
  ofDoc(reference: FunctionReference, doc: Doc, at: SourcePlace): unknown {
    return this.#running(reference, at, (callable) => toPlain(callable.call([fromPlain(doc)], new Map())));
  }

  /** What a function without arguments gives, as JSON has it. @throws AssayError IMPORT_UNSUPPORTED */
  made(reference: FunctionReference, at: SourcePlace): unknown {
    return this.#running(reference, at, (callable) => toPlain(callable.call([], new Map())));
  }

  /** Tells what stands in the way of running it, as far as that shows without a row. @throws AssayError IMPORT_UNSUPPORTED */
  check(reference: FunctionReference, at: SourcePlace): void {
    this.#running(reference, at, (callable) => {
      const reason = unsupportedIn(callable, this.#builtins);
      if (reason !== undefined) throw new NotInterpreted(reason);
    });
  }

  /** Whether a function is, word for word, one of these texts of a function `f`, or an import of one as `f`. */
  isLike({ name, folder, text }: FunctionReference, texts: readonly string[], at: SourcePlace): boolean {
    const parts = name.split('.');
    const last = parts.pop()!;
    const file = join(folder, `${parts.join('/')}.py`);
    if (text === undefined && !existsSync(file)) return false;
    const shape = shapeOf(text ?? readFileSync(this.#folder.file(file, at), 'utf8'), last);
    return shape !== undefined && texts.some((text) => shapeOf(text, 'f') === shape);
  }

  #running<T>(reference: FunctionReference, at: SourcePlace, run: (callable: Callable) => T): T {
    this.#budget.renew();
    this.#at = at;
    try {
      return run(this.#load(reference));
    } catch (cause) {
      if (!(cause instanceof NotInterpreted) && !(cause instanceof PythonError) && !(cause instanceof SyntaxError)) {
        throw cause;
      }
      const reason = cause instanceof PythonError ? `${cause.typeName}: ${cause.message}` : cause.message;
      throw new AssayError('IMPORT_UNSUPPORTED', `!function ${reference.name} cannot be carried over: ${reason}`, {
        at,
        cause,
      });
    }
  }

  #load({ name, folder }: FunctionReference): Callable {
    const parts = name.split('.');
    const last = parts.pop()!;
    const file = join(folder, `${parts.join('/')}.py`);
    const value = existsSync(file) ? this.#frame(file).names.get(last) : this.#import(folder, parts.join('.'), last);
    if (value instanceof Unsupported) throw new NotInterpreted(value.reason);
    if (value === undefined) throw new NotInterpreted(`${basename(file)} has no ${last}`);
    if (!(value instanceof Callable)) throw new NotInterpreted(`${last} is no function`);
    return value;
  }

  #frame(file: string): Frame {
    const kept = this.#frames.get(file);
    if (kept !== undefined) return kept;
    const text = readFileSync(this.#folder.file(file, this.#at), 'utf8');
    if (text.length > LARGEST_FILE) throw new NotInterpreted(`${basename(file)} has more than two million characters`);
    const files = new FilesBeside(tasksFolder(dirname(file)));
    const imported = (from: string | undefined, name: string): Value =>
      from === 'pathlib' && name === 'Path' ? files.pathType : this.#import(dirname(file), from, name);
    const interpreter = new Interpreter(imported, this.#budget);
    const own = new Map([['open', new Callable('open', files.open)]]);
    const frame = interpreter.runModule(parsePython(text), file.replaceAll('\\', '/'), own);
    this.#frames.set(file, frame);
    return frame;
  }

  #import(folder: string, from: string | undefined, name: string): Value {
    const module = this.#module(folder, from ?? name);
    if (module === undefined) throw new NotInterpreted(`the module ${from ?? name}`);
    if (from === undefined) return module;
    const value = module.attribute(name) ?? this.#module(folder, `${from}.${name}`);
    if (value === undefined) throw new NotInterpreted(`${from}.${name}`);
    return value;
  }

  /** A module that is known, one beside the file, or one by its name from where lm-evaluation-harness keeps its tasks. */
  #module(folder: string, name: string): Module | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const path = name.startsWith('.') ? relativeModule(folder, name) : absoluteModule(folder, name);
    if (path === undefined || !existsSync(`${path}.py`)) return undefined;
    return new Module(name, this.#frame(`${path}.py`).names);
  }
}

/** The statement that makes a name in a file, without places and with the name left out. */
function shapeOf(text: string, name: string): string | undefined {
  let statements: ReturnType<typeof parsePython>;
  try {
    statements = parsePython(text);
  } catch (thrown) {
    // Of Python that cannot be read nothing can be said.
    if (thrown instanceof SyntaxError || thrown instanceof NotInterpreted) return undefined;
    throw thrown;
  }
  for (const statement of statements) {
    if (statement.kind === 'function' && statement.name === name) return shown({ ...statement, name: '' });
    if (statement.kind !== 'import') continue;
    const imported = statement.names.find((each) => (each.as ?? each.name) === name);
    if (imported !== undefined) return `${statement.from}.${imported.name}`;
  }
  return undefined;
}

const shown = (statement: object): string =>
  JSON.stringify(statement, (key, value: unknown) =>
    key === 'line' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );

function relativeModule(folder: string, name: string): string {
  const [, dots = '', rest = ''] = /^(\.+)(.*)$/.exec(name)!;
  return resolve(folder, ...Array.from({ length: dots.length - 1 }, () => '..'), ...rest.split('.'));
}

function absoluteModule(folder: string, name: string): string | undefined {
  if (name === 'lm_eval.utils') return join(tasksFolder(folder), '..', 'utils');
  if (!name.startsWith(`${PACKAGE}.`)) return name.includes('.') ? undefined : join(folder, name);
  return join(tasksFolder(folder), ...name.slice(PACKAGE.length + 1).split('.'));
}

/** Where all tasks lie, if the folder is in one called `lm_eval/tasks`; else the folder itself. */
export function tasksFolder(folder: string): string {
  const parts = resolve(folder).split(sep);
  const at = parts.findIndex((part, i) => part === 'tasks' && parts[i - 1] === 'lm_eval');
  return at < 0 ? folder : parts.slice(0, at + 1).join(sep);
}
