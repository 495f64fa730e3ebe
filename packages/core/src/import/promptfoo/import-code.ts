import { existsSync } from 'node:fs';
import { runPython } from '../../algorithms/code-python.ts';
import { runJavascriptLater } from '../../algorithms/code-worker.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFolder } from '../import-folder.ts';

/** How long code may take that an import runs. */
const CODE_MS = 30_000;

/**
 * What a function of a JavaScript or Python file gives, as `file.js:name`: run in a thread or process of its own, without the
 * environment's keys.
 * @param given its arguments @param entry the function of a Python file where none is named; without it the file is
 * a script
 * @throws AssayError CONFIG_NOT_FOUND; IMPORT_UNSUPPORTED where it throws, is late or gives nothing
 */
export async function importedValue(
  reference: string,
  given: readonly unknown[],
  folder: ImportFolder,
  at: SourcePlace,
  entry?: string,
): Promise<unknown> {
  const [, path = reference, name] = /^(.*\.\w+):(\w+)$/.exec(reference) ?? [];
  const file = folder.file(path, at);
  if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${path}`, { at });
  const isPython = path.endsWith('.py');
  const called = name ?? (isPython ? entry : undefined);
  const isScript = isPython && called === undefined;
  const job = {
    ...{ file, given, output: undefined, context: undefined },
    ...(called === undefined ? {} : { name: called }),
    ...(isScript ? { script: true } : {}),
  };
  const result = isPython ? runPython(job, CODE_MS) : await runJavascriptLater(job, CODE_MS);
  if (!result.ok) throw failed(reference, result.message, at);
  if (result.value === undefined || result.value === null) throw failed(reference, 'it gives nothing', at);
  return result.value;
}

/** What JavaScript of the config itself makes of two values, by the names that it has for them. */
export async function inlineValue(
  code: string,
  names: readonly [string, string],
  given: readonly [unknown, unknown],
  at: SourcePlace,
): Promise<unknown> {
  const body = code.includes('\n') ? code : `return ${code}`;
  const result = await runJavascriptLater({ body, names, output: given[0], context: given[1] }, CODE_MS);
  if (!result.ok) throw failed('it', result.message, at);
  return result.value;
}

function failed(what: string, message: string, at: SourcePlace): AssayError {
  return new AssayError('IMPORT_UNSUPPORTED', `the code of ${what} fails: ${message.slice(0, 200)}`, { at });
}
