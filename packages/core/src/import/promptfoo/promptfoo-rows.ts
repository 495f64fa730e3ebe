import { hash } from 'node:crypto';
import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { codeFileUrl } from './code-file.ts';
import { variableValue } from './file-variables.ts';
import { importedValue, inlineValue } from './import-code.ts';
import type { ProviderFiles } from './imported-model.ts';
import { type NunjucksFilters, renderNunjucks } from './nunjucks-template.ts';
import { importAssertions } from './promptfoo-assertions.ts';
import type { ImportedPrompt } from './promptfoo-prompts.ts';
import type { WrittenTest } from './promptfoo-tests.ts';
import { renderedPrompts } from './rendered-prompts.ts';
import { gradersIn, type RowGraders } from './row-graders.ts';
import { rubricPromptOf } from './rubric-prompt-text.ts';
import { varsText } from './vars-text.ts';

type Keys = Readonly<Record<string, unknown>>;

/** A test as a row with its own checks. */
export interface Row extends Record<string, unknown> {
  readonly model_input: string;
  readonly vars: Keys;
  readonly checks: unknown;
}

const TEST_KEYS: ReadonlySet<string> = new Set([
  ...['description', 'vars', 'assert', 'threshold', 'options', 'metadata', 'assertScoringFunction'],
]);

/** What of a test's surroundings bears on its rows. */
export interface RowSettings extends ProviderFiles {
  readonly prompts: readonly ImportedPrompt[];
  /** What the config offers models to call, for checks of calls. */
  readonly tools: unknown;
  readonly templates: Keys;
  /** Who decides what a model decides, where a row names nobody. */
  readonly graders: RowGraders;
  /** Whether a model answers with what it is asked. */
  readonly hasEcho: boolean;
  /** Filters of the config's own. */
  readonly filters: NunjucksFilters;
  readonly findings: ImportFindings;
}

/** Options that mean nothing here, or are read elsewhere. */
const OPTIONS: ReadonlySet<string> = new Set([
  ...['disableVarExpansion', 'prefix', 'suffix', 'provider', 'repeat', 'delay'],
  ...['transform', 'postprocess', 'transformVars', 'disableDefaultAsserts', 'rubricPrompt'],
]);

/** What configs have that promptfoo does not look at. */
const UNREAD: ReadonlySet<string> = new Set(['providers', 'includeMetrics']);

/** The rows of one test: one for each combination of its variables. */
export async function rowsOf(
  { test, placeOf }: WrittenTest,
  common: WrittenTest,
  settings: RowSettings,
): Promise<Row[]> {
  const { findings, prompts } = settings;
  for (const key of Object.keys(test)) {
    if (!TEST_KEYS.has(key)) findings.warn(`${key} of a test is not carried over`, placeOf([key]));
  }
  const options = { ...record(common.test.options), ...record(test.options) };
  const at = (key: string): SourcePlace =>
    key in record(test.options) ? placeOf(['options', key]) : common.placeOf(['options', key]);
  for (const key of Object.keys(options)) {
    if (UNREAD.has(key)) findings.note(`options.${key} is no option of promptfoo, which passes over it, too`, at(key));
    else if (!OPTIONS.has(key)) findings.warn(`options.${key} is not carried over`, at(key));
  }
  if (options.prefix !== undefined || options.suffix !== undefined)
    findings.error('prefix and suffix of a prompt are not carried over', placeOf(['options']));
  const graders = gradersIn(options.provider, { ...{ findings, files: settings }, place: () => at('provider') });
  const transform = transformOf(options.transform ?? options.postprocess, settings, at('transform'));
  const scoring = scoringOf(test.assertScoringFunction ?? common.test.assertScoringFunction, settings, placeOf([]));
  if (typeof test.vars === 'string') findings.error('vars by file are not carried over', placeOf(['vars']));
  const own = { ...record(common.test.vars), ...record(test.vars) };
  const written = await transformedVars(own, options.transformVars, settings, at('transformVars'));
  const read = await Promise.all(
    Object.entries(written).map(
      async ([name, value]) =>
        [name, await variableValue(name, value, written, settings, placeOf(['vars', name]), findings)] as const,
    ),
  );
  const combined = options.disableVarExpansion === true ? [Object.fromEntries(read)] : combinations(read);
  const threshold = test.threshold ?? common.test.threshold;
  const ofDefault = options.disableDefaultAsserts === true ? [] : common.test.assert;
  const rows: Row[] = [];
  for (const vars of combined) {
    const filled: Record<string, unknown> = { ...vars };
    for (const [name, value] of Object.entries(vars)) {
      if (typeof value === 'string') filled[name] = rendered(value, vars, placeOf(['vars', name]), settings);
    }
    for (const name of prompts.flatMap((prompt) => prompt.variables)) filled[name] ??= '';
    const graded = {
      ...settings,
      graders,
      common: settings.graders,
      rubricPrompt: rubricPromptOf(options.rubricPrompt, filled, settings, at('rubricPrompt')),
    };
    const checks = [
      ...importAssertions(ofDefault, filled, (path) => common.placeOf(['assert', ...path]), graded),
      ...importAssertions(test.assert, filled, (path) => placeOf(['assert', ...path]), graded),
    ];
    const target = checks.find(
      ({ type, value }) => (type === 'equals' || type === 'similar') && typeof value === 'string',
    );
    const made = await renderedPrompts(filled, settings, placeOf([]));
    rows.push({
      ...(typeof test.description === 'string' ? { description: test.description } : {}),
      model_input: varsText(filledOnly(filled, vars)),
      ...(target === undefined ? {} : { target_output: target.value }),
      vars: filled,
      ...made,
      checks:
        typeof threshold === 'number' || transform !== undefined || scoring !== undefined
          ? {
              checks,
              ...(typeof threshold === 'number' ? { threshold } : {}),
              ...(transform === undefined ? {} : { transform }),
              // promptfoo asks it nothing about a test without assertions.
              ...(scoring === undefined || checks.length === 0 ? {} : { scoring }),
            }
          : checks,
    });
  }
  return rows;
}

/** The code that changes an output: as it is written, or a file by its path. */
export function transformOf(
  written: unknown,
  { folder, allowCode, findings }: RowSettings,
  at: SourcePlace,
): string | undefined {
  if (written === undefined) return undefined;
  if (!allowCode || typeof written !== 'string') {
    findings.error('options.transform changes the output by code, which is never run here', at);
    return undefined;
  }
  if (!written.startsWith('file://')) return written;
  try {
    return codeFileUrl(written, folder, at).url;
  } catch (thrown) {
    findings.failure(thrown, at);
    return undefined;
  }
}

/** The code that makes a row's verdict, by its path and digest. */
function scoringOf(
  written: unknown,
  { folder, allowCode, findings }: RowSettings,
  at: SourcePlace,
): { readonly file: string; readonly sha256: string } | undefined {
  if (written === undefined) return undefined;
  if (!allowCode || typeof written !== 'string') {
    const hint = 'read it; pass --allow-code to carry it over';
    findings.error('assertScoringFunction of a test makes its verdict by code', at, hint);
    return undefined;
  }
  try {
    const { url: file, sha256 } = codeFileUrl(written, folder, at);
    return { file, sha256 };
  } catch (thrown) {
    findings.failure(thrown, at);
    return undefined;
  }
}

/** Variables as the config's own code changes them. */
async function transformedVars(
  vars: Keys,
  code: unknown,
  { allowCode, folder, findings }: RowSettings,
  at: SourcePlace,
): Promise<Keys> {
  if (code === undefined) return vars;
  if (!allowCode || typeof code !== 'string') {
    const hint = 'read it; pass --allow-code to let the import run it for each test';
    findings.error('options.transformVars changes the variables by code, which is not run', at, hint);
    return vars;
  }
  try {
    // The same at each import: a session of its own is named by its variables.
    const context = { vars, prompt: {}, uuid: uuidOf(vars) };
    const made = code.startsWith('file://')
      ? await importedValue(code.slice('file://'.length), [vars, context], folder, at, 'get_transform')
      : await inlineValue(code, ['vars', 'context'], [vars, context], at);
    return { ...vars, ...record(made) };
  } catch (thrown) {
    findings.failure(thrown, at);
    return vars;
  }
}

/** A UUID by the variables' digest. */
function uuidOf(vars: Keys): string {
  const digest = hash('sha256', JSON.stringify(vars), 'hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

/** Variables of the test, as they are filled in; without those that a prompt has beyond them. */
function filledOnly(filled: Keys, vars: Keys): Keys {
  return Object.fromEntries(Object.keys(vars).map((name) => [name, filled[name]]));
}

export const record = (value: unknown): Keys => (isRecord(value) ? value : {});

function rendered(
  value: string,
  vars: Keys,
  at: SourcePlace,
  { findings, filters }: Pick<RowSettings, 'filters' | 'findings'>,
): string {
  try {
    // promptfoo drops one line end.
    return renderNunjucks(value, vars, at, filters).replace(/\n$/, '');
  } catch (thrown) {
    findings.failure(thrown, at);
    return value;
  }
}

/** A variable with a list of texts stands for a row with each of them; any other list is a value. */
function combinations(entries: readonly (readonly [string, unknown])[]): Record<string, unknown>[] {
  let rows: Record<string, unknown>[] = [{}];
  for (const [name, value] of entries) {
    const values = Array.isArray(value) && typeof value[0] === 'string' ? value : [value];
    rows = rows.flatMap((row) => values.map((each: unknown) => ({ ...row, [name]: each })));
  }
  return rows;
}
