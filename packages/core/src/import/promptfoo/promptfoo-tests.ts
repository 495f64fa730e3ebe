import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { readRows } from '../read-rows.ts';
import { assertionFromText } from './assertion-text.ts';
import { importedValue } from './import-code.ts';
import type { ProviderFiles } from './imported-model.ts';
import { readPromptfooFile } from './promptfoo-file.ts';

/** A test as written, and where. */
export interface WrittenTest {
  readonly test: Readonly<Record<string, unknown>>;
  placeOf(path: readonly (string | number)[]): SourcePlace;
}

/** What tests by file need. */
export interface TestFiles extends ProviderFiles {
  /** Files that stand in for tests on the network: `NAME=FILE`. */
  readonly data?: readonly string[] | undefined;
}

/** Tests given in the config, by CSV, JSON Lines, YAML or JSON file, or made by code where that may run. */
export async function readTests(
  written: unknown,
  files: TestFiles,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  findings: ImportFindings,
): Promise<WrittenTest[]> {
  const tests: WrittenTest[] = [];
  for (const [position, entry] of [written ?? []].flat().entries()) {
    const root = Array.isArray(written) ? ['tests', position] : ['tests'];
    const place = (path: readonly (string | number)[]) => placeOf([...root, ...path]);
    try {
      if (typeof entry === 'string') tests.push(...(await testsOfFile(entry, undefined, files, place([]))));
      else if (isRecord(entry) && typeof entry.path === 'string')
        tests.push(...(await testsOfFile(entry.path, entry.config, files, place([]))));
      else if (isRecord(entry)) tests.push({ test: entry, placeOf: place });
      else findings.error('a test is neither a mapping nor a file', place([]));
    } catch (thrown) {
      findings.failure(thrown, place([]));
    }
  }
  return tests;
}

async function testsOfFile(
  written: string,
  config: unknown,
  files: TestFiles,
  at: SourcePlace,
): Promise<WrittenTest[]> {
  const { folder } = files;
  const pattern = written.replace(/^file:\/\//, '');
  if (/\.(?:[cm]?[jt]s|py)(?::\w+)?$/.test(pattern)) return testsByCode(pattern, config, files, at);
  if (/^(?:https?|huggingface):/.test(pattern)) return remoteTests(pattern, files, at);
  const found = await folder.files(pattern, at);
  return (await Promise.all(found.map((file) => testsIn(file, folder.shown(file), at)))).flat();
}

async function testsByCode(
  reference: string,
  config: unknown,
  { folder, allowCode }: TestFiles,
  at: SourcePlace,
): Promise<WrittenTest[]> {
  if (!allowCode) {
    throw new AssayError('IMPORT_UNSUPPORTED', `the tests of ${reference} are made by code, which is not run`, {
      at,
      hint: 'read it; pass --allow-code to let the import run it once',
    });
  }
  const made = await importedValue(reference, config === undefined ? [] : [config], folder, at, 'generate_tests');
  return [made]
    .flat()
    .filter(isRecord)
    .map((test) => ({ test, placeOf: () => at }));
}

/** Rows of a table on the network, by the file that stands in for it. */
async function remoteTests(name: string, { folder, data = [] }: TestFiles, at: SourcePlace): Promise<WrittenTest[]> {
  const given = data.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  if (given === undefined) {
    throw new AssayError('DATASET_NOT_FOUND', `the tests of ${name} are not on this machine`, {
      at,
      hint: `save them as JSON Lines or CSV and name the file: --data '${name}=FILE'`,
    });
  }
  const rows = await readRows(resolve(given), at);
  const isTable = !name.startsWith('huggingface:');
  return rows.map((row, i) => ({
    // Every field of a row is a variable; what is a list stays one.
    test: isTable ? testOfRow(row) : { vars: row, options: { disableVarExpansion: true } },
    placeOf: () => ({ file: folder.shown(resolve(given)), line: i + 1 }),
  }));
}

/** The tests of `scenarios`: each of a scenario's tests with each of its settings. */
export async function readScenarios(
  written: unknown,
  files: TestFiles,
  placeOf: (path: readonly (string | number)[]) => SourcePlace,
  findings: ImportFindings,
): Promise<WrittenTest[]> {
  const tests: WrittenTest[] = [];
  for (const [position, scenario] of [written ?? []].flat().entries()) {
    const place = (path: readonly (string | number)[]) => placeOf(['scenarios', position, ...path]);
    if (!isRecord(scenario)) {
      findings.error('a scenario is no mapping', place([]));
      continue;
    }
    const own = await readTests(scenario.tests ?? [{}], files, (path) => place(path), findings);
    for (const data of [scenario.config ?? []].flat()) {
      if (!isRecord(data)) findings.error('the config of a scenario is no mapping', place(['config']));
      else tests.push(...own.map(({ test, placeOf: at }) => ({ test: joined(data, test), placeOf: at })));
    }
  }
  return tests;
}

type Keys = Readonly<Record<string, unknown>>;
const keysOf = (value: unknown): Keys => (isRecord(value) ? value : {});

function joined(data: Keys, test: Keys): Keys {
  return {
    ...data,
    ...test,
    vars: { ...keysOf(data.vars), ...keysOf(test.vars) },
    options: { ...keysOf(data.options), ...keysOf(test.options) },
    assert: [data.assert ?? [], test.assert ?? []].flat(),
  };
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
