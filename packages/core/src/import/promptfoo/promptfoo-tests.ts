import { readFile } from 'node:fs/promises';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { readRows } from '../read-rows.ts';
import { assertionFromText } from './assertion-text.ts';
import { readPromptfooFile } from './promptfoo-file.ts';

/** A test as written, and where. */
export interface WrittenTest {
  readonly test: Readonly<Record<string, unknown>>;
  placeOf(path: readonly (string | number)[]): SourcePlace;
}

/** Tests given in the config or by CSV, JSON Lines, YAML or JSON file; what is code is a finding and left out. */
export async function readTests(
  written: unknown,
  folder: ImportFolder,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  findings: ImportFindings,
): Promise<WrittenTest[]> {
  const tests: WrittenTest[] = [];
  for (const [position, entry] of [written ?? []].flat().entries()) {
    const root = Array.isArray(written) ? ['tests', position] : ['tests'];
    const place = (path: readonly (string | number)[]) => placeOf([...root, ...path]);
    try {
      if (typeof entry === 'string') tests.push(...(await testsOfFile(entry, folder, place([]))));
      else if (isRecord(entry) && typeof entry.path === 'string')
        tests.push(...(await testsOfFile(entry.path, folder, place([]))));
      else if (isRecord(entry)) tests.push({ test: entry, placeOf: place });
      else findings.error('a test is neither a mapping nor a file', place([]));
    } catch (thrown) {
      findings.failure(thrown, place([]));
    }
  }
  return tests;
}

async function testsOfFile(written: string, folder: ImportFolder, at: SourcePlace): Promise<WrittenTest[]> {
  const pattern = written.replace(/^file:\/\//, '');
  if (/\.(?:[cm]?[jt]s|py)(?::\w+)?$/.test(pattern)) {
    throw new AssayError('IMPORT_UNSUPPORTED', `the tests of ${written} are made by code, which is never run here`, {
      at,
    });
  }
  if (/^(?:https?|huggingface):/.test(pattern)) {
    throw new AssayError('IMPORT_UNSUPPORTED', `the tests of ${written} are not on this machine`, {
      at,
      hint: 'save them as a CSV, JSON or YAML file and name that',
    });
  }
  const files = await folder.files(pattern, at);
  return (await Promise.all(files.map((file) => testsIn(file, folder.shown(file), at)))).flat();
}

async function testsIn(file: string, name: string, at: SourcePlace): Promise<WrittenTest[]> {
  if (/\.(?:csv|jsonl)$/.test(file)) {
    const rows = await readRows(file, at);
    return rows.map((row, i) => ({
      test: file.endsWith('.csv') ? testOfRow(row) : row,
      placeOf: () => ({ file: name, line: i + (file.endsWith('.csv') ? 2 : 1) }),
    }));
  }
  await readFile(file).catch((cause: unknown) => {
    throw new AssayError('CONFIG_NOT_FOUND', `cannot read the tests ${name}`, { at, cause });
  });
  const { content, placeOf } = await readPromptfooFile(file, name);
  return [content]
    .flat()
    .filter(isRecord)
    .map((test, i) => ({
      test,
      placeOf: (path: readonly (string | number)[]) => placeOf(Array.isArray(content) ? [i, ...path] : path),
    }));
}

/** Columns are variables, but for those that begin with two underscores. */
function testOfRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const vars: Record<string, unknown> = {};
  const test: Record<string, unknown> = { vars };
  const asserts: Record<string, unknown>[] = [];
  for (const [column, value] of Object.entries(row)) {
    const key = column.trim();
    const text = String(value ?? '').trim();
    if (key.startsWith('__expected')) {
      if (text !== '') asserts.push(assertionFromText(text));
    } else if (key === '__description') test.description = text;
    else if (key === '__threshold' && text !== '') test.threshold = Number(text);
    else if (key === '__prefix' || key === '__suffix')
      test.options = { ...(test.options as object), [key.slice(2)]: value };
    else if (key.startsWith('__config:')) configure(asserts, key, Number(text));
    else if (key.startsWith('__metadata:') || key === '__metric') continue;
    else if (key.startsWith('__')) test[key] = value;
    else vars[key] = value;
  }
  return { ...test, assert: asserts };
}

/** `__config:__expected2:threshold` sets the threshold of the second assertion. */
function configure(asserts: Record<string, unknown>[], column: string, value: number): void {
  const [, position = '1'] = /^__config:__expected(\d*):threshold$/.exec(column)?.map((part) => part || '1') ?? [];
  const assertion = asserts[Number(position) - 1];
  if (assertion !== undefined && Number.isFinite(value)) assertion.threshold = value;
}
