import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { metricScore } from '../../algorithms/row-checks.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, isAssayError, type SourcePlace } from '../../errors/assay-error.ts';
import { ImportFindings } from '../findings.ts';
import { ImportFolder } from '../import-folder.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { IMPORTED_DATA } from '../write-imported.ts';
import { renderNunjucks } from './nunjucks.ts';
import { type ImportedCheck, importAssertions } from './promptfoo-assertions.ts';
import { readPromptfooConfig } from './promptfoo-file.ts';
import { type ImportedPrompt, importPrompts } from './promptfoo-prompts.ts';
import { type ImportedModel, importProviders } from './promptfoo-providers.ts';
import { readTests, type WrittenTest } from './promptfoo-tests.ts';
import { varsText } from './vars-text.ts';

export interface ImportPromptfooOptions {
  /** The embedded model that stands in where no provider can be carried over. */
  readonly model?: string;
  readonly cwd?: string;
  /** Folders outside the config's whose files it may read, too. */
  readonly allowFile?: readonly string[] | undefined;
}

type Keys = Readonly<Record<string, unknown>>;

const DEFAULT_MODEL = 'SmolLM2-135M-Instruct';
const ENCODER = 'all-MiniLM-L6-v2';
const READ: ReadonlySet<string> = new Set([
  'description',
  'prompts',
  'providers',
  'targets',
  'tests',
  'defaultTest',
  'evaluateOptions',
]);
const NEUTRAL: ReadonlySet<string> = new Set([
  '$schema',
  'outputPath',
  'sharing',
  'tags',
  'metadata',
  'commandLineOptions',
]);

/** A promptfoo config as an evaluation of ours: tests are rows with their own checks, each provider and prompt is a model. */
export async function importPromptfoo(path: string, options: ImportPromptfooOptions = {}): Promise<ImportedEvaluation> {
  const { model = DEFAULT_MODEL, cwd = process.cwd() } = options;
  const file = resolve(cwd, path);
  const findings = new ImportFindings();
  const failed = { name: path, source: path, findings: findings.list, config: undefined, rows: [] };
  try {
    const { content, placeOf } = await readPromptfooConfig(file, path);
    const folder = new ImportFolder(dirname(file), options.allowFile);
    checkKeys(content, placeOf, findings);
    const prompts = await importPrompts(content.prompts ?? '{{prompt}}', folder, placeOf, findings);
    const key = content.targets === undefined ? 'providers' : 'targets';
    const models = importProviders(content[key], placeOf, key, findings);
    const tests = await readTests(content.tests ?? [{}], folder, placeOf, findings);
    const defaults = isRecord(content.defaultTest) ? content.defaultTest : {};
    if (typeof content.defaultTest === 'string')
      findings.error('defaultTest by file is not carried over', placeOf(['defaultTest']));
    const common = defaultsFor(defaults, placeOf);
    const variables = new Set(prompts.flatMap((prompt) => prompt.variables));
    const rows: Row[] = [];
    for (const test of tests) rows.push(...(await rowsOf(test, common, variables, folder, findings)));
    if (prompts.length === 0 || rows.length === 0) {
      findings.error(`there is no ${prompts.length === 0 ? 'prompt' : 'test'} left to run`, placeOf([]));
    }
    if (models.length === 0) {
      findings.warn(`no provider is carried over: ${model}, which is embedded, stands in`, placeOf([key]));
      models.push({ name: model, keys: { runner: 'local', model_id: model }, parameters: {} });
    }
    const name = typeof content.description === 'string' ? content.description : 'promptfoo';
    const config = findings.hasError ? undefined : configOf(name, content, prompts, models, rows, findings, placeOf);
    return { name, source: path, findings: unique(findings), config, rows };
  } catch (thrown) {
    findings.failure(thrown, { file: path });
    return failed;
  }
}

type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;

function checkKeys(content: Keys, placeOf: PlaceOf, findings: ImportFindings): void {
  for (const key of Object.keys(content)) {
    if (NEUTRAL.has(key)) findings.note(`${key} has no meaning for the scores`, placeOf([key]));
    else if (!READ.has(key)) findings.warn(`"${key}" is not carried over`, placeOf([key]));
  }
}

/** What defaultTest adds to each test, told at its own place. */
function defaultsFor(defaults: Keys, placeOf: PlaceOf): WrittenTest {
  return { test: defaults, placeOf: (path) => placeOf(['defaultTest', ...path]) };
}

interface Row extends Record<string, unknown> {
  readonly model_input: string;
  readonly vars: Keys;
  readonly checks: unknown;
}

const TEST_KEYS: ReadonlySet<string> = new Set(['description', 'vars', 'assert', 'threshold', 'options', 'metadata']);

async function rowsOf(
  { test, placeOf }: WrittenTest,
  common: WrittenTest,
  variables: ReadonlySet<string>,
  folder: ImportFolder,
  findings: ImportFindings,
): Promise<Row[]> {
  for (const key of Object.keys(test)) {
    if (!TEST_KEYS.has(key)) findings.warn(`${key} of a test is not carried over`, placeOf([key]));
  }
  const options = { ...record(common.test.options), ...record(test.options) };
  for (const key of Object.keys(options)) {
    if (['disableVarExpansion', 'prefix', 'suffix'].includes(key)) continue;
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
  return combined.map((vars): Row => {
    const filled: Record<string, unknown> = { ...vars };
    for (const [name, value] of Object.entries(vars)) {
      if (typeof value === 'string') filled[name] = rendered(value, vars, placeOf(['vars', name]), findings);
    }
    for (const name of variables) filled[name] ??= '';
    const checks = [
      ...importAssertions(common.test.assert, filled, (path) => common.placeOf(['assert', ...path]), findings),
      ...importAssertions(test.assert, filled, (path) => placeOf(['assert', ...path]), findings),
    ];
    const target = checks.find(
      ({ type, value }) => (type === 'equals' || type === 'similar') && typeof value === 'string',
    );
    return {
      ...(typeof test.description === 'string' ? { description: test.description } : {}),
      model_input: varsText(filledOnly(filled, vars)),
      ...(target === undefined ? {} : { target_output: target.value }),
      vars: filled,
      checks: typeof threshold === 'number' ? { checks, threshold } : checks,
    };
  });
}

/** Variables of the test, as they are filled in; without those that a prompt has beyond them. */
function filledOnly(filled: Keys, vars: Keys): Keys {
  return Object.fromEntries(Object.keys(vars).map((name) => [name, filled[name]]));
}

const record = (value: unknown): Keys => (isRecord(value) ? value : {});

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
  if (!/\.(?:txt|md|csv|html?)$/.test(path)) {
    findings.error(`the variable's file ${path} is not carried over: only text files are`, at);
    return '';
  }
  try {
    const text = await readFile(folder.file(path, at), 'utf8');
    return text.trim();
  } catch (cause) {
    findings.failure(isAssayError(cause) ? cause : new AssayError('CONFIG_NOT_FOUND', `cannot read ${path}`), at);
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

function configOf(
  name: string,
  content: Keys,
  prompts: readonly ImportedPrompt[],
  models: readonly ImportedModel[],
  rows: readonly Row[],
  findings: ImportFindings,
  placeOf: PlaceOf,
): Keys {
  const asked = models.flatMap((model) =>
    prompts
      .filter(({ label }) => model.prompts === undefined || model.prompts.includes(label))
      .map((prompt) => modelOf(model, prompt, prompts.length > 1)),
  );
  const types = new Set(rows.flatMap(({ checks }) => checkList(checks).map(({ type }) => type.replace(/^not-/, ''))));
  if (types.has('llm-rubric')) {
    findings.warn(
      `llm-rubric is judged by ${String(asked[0]!.name)}: set \`judge\` of the assertions to a stronger model`,
      placeOf(['tests']),
    );
  }
  if (types.has('rouge-n')) {
    findings.note('rouge-n is ROUGE-1 over nltk’s words here, js-rouge’s in promptfoo', placeOf(['tests']));
  }
  const options = record(content.evaluateOptions);
  for (const key of Object.keys(options)) {
    if (!['repeat', 'maxConcurrency', 'cache', 'showProgressBar'].includes(key)) {
      findings.warn(`evaluateOptions.${key} is not carried over`, placeOf(['evaluateOptions', key]));
    }
  }
  const metrics = [...new Set(rows.flatMap(({ checks }) => checkList(checks).flatMap(({ metric }) => metric ?? [])))];
  const concurrency =
    typeof options.maxConcurrency === 'number' ? { limits: { max_concurrency: options.maxConcurrency } } : {};
  return {
    dataset: {
      dataset_name: name,
      input_data_location: IMPORTED_DATA,
      model_input_key: 'model_input',
      ...(rows.some((row) => 'target_output' in row) ? { target_output_key: 'target_output' } : {}),
    },
    models: asked.map((model) => ({ ...model, ...concurrency })),
    algorithms: [
      {
        algorithm: 'assertions',
        checks_field: 'checks',
        ...(metrics.length === 0 ? {} : { metrics }),
        ...(types.has('similar') ? { encoder: ENCODER } : {}),
        ...(types.has('llm-rubric') ? { judge: asked[0]!.name } : {}),
      },
    ],
    ...(typeof options.repeat === 'number' && options.repeat > 1 ? { repeat: options.repeat } : {}),
    ...(options.cache === false ? { cache: false } : {}),
    imported_from: { tool: 'promptfoo', scores: sourceScores(metrics) },
  };
}

/** promptfoo's verdict, score and named scores, as its output is read, with ours. */
function sourceScores(metrics: readonly string[]): Record<string, string> {
  const named = metrics.map((name) => [`metric.${metricScore(name)}`, `assertions.${metricScore(name)}`] as const);
  return {
    'promptfoo.pass': 'assertions.all_assertions',
    'promptfoo.score': 'assertions.assertions_passed',
    ...Object.fromEntries(named),
  };
}

function modelOf(
  { name, keys, parameters }: ImportedModel,
  prompt: ImportedPrompt,
  isOneOfMany: boolean,
): Record<string, unknown> {
  return {
    name: isOneOfMany ? `${name} / ${prompt.label}` : name,
    ...keys,
    evaluation_config: {
      prompt_template: prompt.template,
      ...(prompt.system === undefined ? {} : { system_prompt: prompt.system }),
      ...(Object.keys(parameters).length === 0 ? {} : { inference_parameters: parameters }),
    },
  };
}

function checkList(checks: unknown): readonly ImportedCheck[] {
  return (isRecord(checks) ? checks.checks : checks) as readonly ImportedCheck[];
}

/** defaultTest is read with every test: the same thing is said once. */
function unique({ list }: ImportFindings): typeof list {
  const said = new Set<string>();
  return list.filter((finding) => {
    const text = JSON.stringify(finding);
    return !said.has(text) && said.add(text) !== undefined;
  });
}
