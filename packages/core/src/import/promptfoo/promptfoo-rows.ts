import { readFile } from 'node:fs/promises';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, isAssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import { renderNunjucks } from './nunjucks.ts';
import { importAssertions } from './promptfoo-assertions.ts';
import { readPromptfooFile } from './promptfoo-file.ts';
import type { WrittenTest } from './promptfoo-tests.ts';
import { varsText } from './vars-text.ts';

type Keys = Readonly<Record<string, unknown>>;

/** A test as a row with its own checks. */
export interface Row extends Record<string, unknown> {
  readonly model_input: string;
  readonly vars: Keys;
  readonly checks: unknown;
}

const TEST_KEYS: ReadonlySet<string> = new Set(['description', 'vars', 'assert', 'threshold', 'options', 'metadata']);

/** What of a test's surroundings bears on its rows. */
export interface RowSettings {
  /** Variables that prompts name. */
  readonly variables: ReadonlySet<string>;
  readonly folder: ImportFolder;
  /** Whether checks that are code are carried over. */
  readonly allowCode: boolean;
  readonly findings: ImportFindings;
}

/** The rows of one test: one for each combination of its variables. */
export async function rowsOf(
  { test, placeOf }: WrittenTest,
  common: WrittenTest,
  { variables, folder, allowCode, findings }: RowSettings,
): Promise<Row[]> {
  for (const key of Object.keys(test)) {
    if (!TEST_KEYS.has(key)) findings.warn(`${key} of a test is not carried over`, placeOf([key]));
  }
  const options = { ...record(common.test.options), ...record(test.options) };
  for (const key of Object.keys(options)) {
    if (['disableVarExpansion', 'prefix', 'suffix', 'provider', 'repeat', 'delay'].includes(key)) continue;
    if (key === 'transform' && allowCode && isInlineCode(options.transform)) continue;
    const own = key in record(test.options) ? placeOf(['options', key]) : common.placeOf(['options', key]);
    if (/transform|postprocess/i.test(key))
      findings.error(`options.${key} changes the output by code, which is never run here`, own);
    else findings.warn(`options.${key} is not carried over`, own);
  }
  if (options.prefix !== undefined || options.suffix !== undefined) {
    findings.error('prefix and suffix of a prompt are not carried over', placeOf(['options']));
  }
  if (typeof test.vars === 'string') findings.error('vars by file are not carried over', placeOf(['vars']));
  const written = { ...record(common.test.vars), ...record(test.vars) };
  const read = await Promise.all(
    Object.entries(written).map(
      async ([name, value]) => [name, await fileValue(value, folder, placeOf(['vars', name]), findings)] as const,
    ),
  );
  const combined = options.disableVarExpansion === true ? [Object.fromEntries(read)] : combinations(read);
  const threshold = test.threshold ?? common.test.threshold;
  const transform = allowCode && isInlineCode(options.transform) ? options.transform : undefined;
  const assertionSettings = { folder, allowCode, findings };
  return combined.map((vars): Row => {
    const filled: Record<string, unknown> = { ...vars };
    for (const [name, value] of Object.entries(vars)) {
      if (typeof value === 'string') filled[name] = rendered(value, vars, placeOf(['vars', name]), findings);
    }
    for (const name of variables) filled[name] ??= '';
    const checks = [
      ...importAssertions(common.test.assert, filled, (path) => common.placeOf(['assert', ...path]), assertionSettings),
      ...importAssertions(test.assert, filled, (path) => placeOf(['assert', ...path]), assertionSettings),
    ];
    const target = checks.find(
      ({ type, value }) => (type === 'equals' || type === 'similar') && typeof value === 'string',
    );
    return {
      ...(typeof test.description === 'string' ? { description: test.description } : {}),
      model_input: varsText(filledOnly(filled, vars)),
      ...(target === undefined ? {} : { target_output: target.value }),
      vars: filled,
      checks:
        typeof threshold === 'number' || transform !== undefined
          ? {
              checks,
              ...(typeof threshold === 'number' ? { threshold } : {}),
              ...(transform === undefined ? {} : { transform }),
            }
          : checks,
    };
  });
}

/** Variables of the test, as they are filled in; without those that a prompt has beyond them. */
function filledOnly(filled: Keys, vars: Keys): Keys {
  return Object.fromEntries(Object.keys(vars).map((name) => [name, filled[name]]));
}

/** JavaScript in the config itself. */
const isInlineCode = (value: unknown): value is string => typeof value === 'string' && !value.startsWith('file://');

export const record = (value: unknown): Keys => (isRecord(value) ? value : {});

function rendered(value: string, vars: Keys, at: SourcePlace, findings: ImportFindings): string {
  try {
    return renderNunjucks(value, vars, at);
  } catch (thrown) {
    findings.failure(thrown, at);
    return value;
  }
}

async function fileValue(
  value: unknown,
  folder: ImportFolder,
  at: SourcePlace,
  findings: ImportFindings,
): Promise<unknown> {
  if (typeof value !== 'string' || !value.startsWith('file://')) return value;
  const path = value.slice('file://'.length);
  if (!/\.(?:txt|md|csv|html?|sql|xml|ya?ml|json)$/.test(path)) {
    findings.error(`the variable's file ${path} is not carried over: only text files are`, at);
    return '';
  }
  try {
    const file = folder.file(path, at);
    // Data are the text of their JSON, as promptfoo hands them to a prompt.
    if (/\.ya?ml$/.test(path)) return JSON.stringify((await readPromptfooFile(file, folder.shown(file))).content);
    const text = await readFile(file, 'utf8');
    return path.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text.trim();
  } catch (cause) {
    findings.failure(
      isAssayError(cause) ? cause : new AssayError('CONFIG_NOT_FOUND', `cannot read ${path}`, { cause }),
      at,
    );
    return '';
  }
}

/** A variable with a list of values stands for a row with each of them. */
function combinations(entries: readonly (readonly [string, unknown])[]): Record<string, unknown>[] {
  let rows: Record<string, unknown>[] = [{}];
  for (const [name, value] of entries) {
    const values = Array.isArray(value) ? value : [value];
    rows = rows.flatMap((row) => values.map((each: unknown) => ({ ...row, [name]: each })));
  }
  return rows;
}
