import { dirname, resolve } from 'node:path';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import { ImportFindings } from '../findings.ts';
import { ImportFolder } from '../import-folder.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import type { ImportedModel } from './imported-model.ts';
import { filtersOf } from './own-filters.ts';
import { configOf } from './promptfoo-config.ts';
import { readPromptfooConfig, readPromptfooFile } from './promptfoo-file.ts';
import { importPrompts } from './promptfoo-prompts.ts';
import { importProviders } from './promptfoo-providers.ts';
import { type Row, record, rowsOf } from './promptfoo-rows.ts';
import { readScenarios, readTests, type WrittenTest } from './promptfoo-tests.ts';
import { encoderOf } from './provider-encoder.ts';
import { type GraderPlace, gradersIn, type RowGraders } from './row-graders.ts';

export interface ImportPromptfooOptions {
  /** The local model that stands in where no provider can be carried over. @default none: that is an error */
  readonly model?: string | undefined;
  /** Decides model-graded assertions whose config names nobody: a provider by promptfoo's name, or a model of the config. */
  readonly judge?: string | undefined;
  /** Embeds texts where the config names nobody: a provider by promptfoo's name, or a local encoder. */
  readonly encoder?: string | undefined;
  /** Whether assertions and transforms that are JavaScript or Python are carried over, to run with `--allow-code`. @default false */
  readonly allowCode?: boolean | undefined;
  /** Whether rows are scored of which an assertion is left out. @default false */
  readonly allowPartial?: boolean | undefined;
  /** Whether files that are not there are passed over with a note, to tell what else a config asks for. @default false */
  readonly withoutFiles?: boolean | undefined;
  /** A file of prices, for `cost`. */
  readonly prices?: string | undefined;
  /** Files with the rows of tests on the network, as NAME=FILE. */
  readonly data?: readonly string[] | undefined;
  /** Where a project of Vertex may be named, as promptfoo looks for it. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string;
  /** Folders outside the config's whose files it may read, too. */
  readonly allowFile?: readonly string[] | undefined;
}

type Keys = Readonly<Record<string, unknown>>;

const READ: ReadonlySet<string> = new Set([
  'description',
  'prompts',
  'providers',
  'targets',
  'tests',
  'scenarios',
  'assertionTemplates',
  'defaultTest',
  'evaluateOptions',
  'derivedMetrics',
  'nunjucksFilters',
]);
const NEUTRAL: ReadonlySet<string> = new Set([
  '$schema',
  'outputPath',
  'sharing',
  'tags',
  'metadata',
  'commandLineOptions',
  // No key of promptfoo's: it does not look at it.
  'outputs',
]);

/** A promptfoo config as an evaluation of ours: tests are rows with their own checks, each provider and prompt is a model. */
export async function importPromptfoo(path: string, options: ImportPromptfooOptions = {}): Promise<ImportedEvaluation> {
  const { model, cwd = process.cwd(), allowCode = false, allowPartial = false } = options;
  const file = resolve(cwd, path);
  const findings = new ImportFindings(options.withoutFiles);
  const folder = ImportFolder.of(dirname(file), options.allowFile);
  const { outside } = folder;
  const failed = { name: path, source: path, findings: findings.list, config: undefined, rows: [], outside };
  try {
    const { content, placeOf } = await readPromptfooConfig(file, path);
    checkKeys(content, placeOf, findings);
    const files = { folder, allowCode, data: options.data, env: options.env ?? process.env };
    const prompts = await importPrompts(content.prompts ?? '{{prompt}}', files, placeOf, findings);
    const key = content.targets === undefined ? 'providers' : 'targets';
    const models = await importProviders(content[key], placeOf, key, findings, files);
    const scenarios = await readScenarios(content.scenarios, files, placeOf, findings);
    const written = content.tests ?? (content.scenarios === undefined ? [{}] : []);
    const tests = [...(await readTests(written, files, placeOf, findings)), ...scenarios];
    const common = await defaultsOf(content.defaultTest, folder, placeOf, findings);
    const defaults = common.test;
    const graders = commonGraders(defaults, options, { place: (...path) => common.placeOf(path), findings, files });
    const priceTable = await pricesOf(options);
    const rows: Row[] = [];
    const hasEcho = models.some(({ keys }) => keys.runner === 'outputs');
    const templates = record(content.assertionTemplates);
    const settings = {
      ...files,
      prompts,
      tools: toolsOf(models, content, placeOf([key]), findings),
      templates,
      hasEcho,
      graders,
      filters: filtersOf(content.nunjucksFilters, files, placeOf, findings),
      findings,
    };
    for (const test of tests) rows.push(...(await rowsOf(test, common, settings)));
    if (!findings.hasAbsent && (prompts.length === 0 || rows.length === 0)) {
      findings.error(`there is no ${prompts.length === 0 ? 'prompt' : 'test'} left to run`, placeOf([]));
    }
    if (models.length === 0 && !findings.hasAbsent) standIn(models, model, placeOf([key]), findings);
    const name = typeof content.description === 'string' ? content.description : 'promptfoo';
    const parts = { name, content, prompts, models, rows, graders, allowPartial, priceTable };
    const made = configOf(parts, findings, placeOf);
    const config = findings.hasError ? undefined : made;
    return { name, source: path, findings: findings.unique(), config, rows, outside };
  } catch (thrown) {
    findings.failure(thrown, { file: path });
    return failed;
  }
}

type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;

function checkKeys(content: Keys, placeOf: PlaceOf, findings: ImportFindings): void {
  for (const key of Object.keys(content)) {
    const isOwn = key === 'env' && Object.keys(record(content.env)).every((name) => name.startsWith('PROMPTFOO_'));
    if (NEUTRAL.has(key) || isOwn) findings.note(`${key} has no meaning for the scores`, placeOf([key]));
    else if (!READ.has(key)) findings.warn(`"${key}" is not carried over`, placeOf([key]));
  }
}

/** What defaultTest, written in the config or in a file of its own, adds to each test, told at its own place. */
async function defaultsOf(
  written: unknown,
  folder: ImportFolder,
  placeOf: PlaceOf,
  findings: ImportFindings,
): Promise<WrittenTest> {
  const own: WrittenTest = { test: record(written), placeOf: (path) => placeOf(['defaultTest', ...path]) };
  if (typeof written !== 'string') return own;
  try {
    const file = folder.file(written.replace(/^file:\/\//, ''), own.placeOf([]));
    const { content, placeOf: inFile } = await readPromptfooFile(file, folder.shown(file));
    return { test: record(content), placeOf: inFile };
  } catch (thrown) {
    findings.failure(thrown, own.placeOf([]));
    return own;
  }
}

/** The prices that a run will have; those of a survey are not known. */
async function pricesOf({
  prices,
  withoutFiles,
  cwd = process.cwd(),
}: ImportPromptfooOptions): Promise<Keys | undefined> {
  if (prices === undefined) return withoutFiles === true ? {} : undefined;
  return record((await readPromptfooFile(resolve(cwd, prices), prices)).content);
}

/** The functions that models may call, all of them together: checks of calls do not know who is asked. */
function toolsOf(
  models: readonly ImportedModel[],
  { tests, defaultTest, scenarios }: Keys,
  at: SourcePlace,
  findings: ImportFindings,
): readonly unknown[] {
  const isChecked = /is-valid-(?:openai|function)/.test(JSON.stringify([tests, defaultTest, scenarios]));
  const byName = new Map<string, string>();
  const tools = models.flatMap(({ parameters }) => [parameters.tools ?? [], parameters.functions ?? []].flat());
  for (const tool of tools.flatMap((each) => record(each).functionDeclarations ?? each)) {
    const described = record(record(tool).function ?? tool);
    const [name, schema] = [String(described.name), JSON.stringify(described.parameters)];
    if (isChecked && (byName.get(name) ?? schema) !== schema)
      findings.warn(`providers describe the function ${name} in several ways: checks of calls go by the first`, at);
    else byName.set(name, schema);
  }
  return tools;
}

/** No model answers in place of another unasked. */
function standIn(models: ImportedModel[], model: string | undefined, at: SourcePlace, findings: ImportFindings): void {
  if (model === undefined) {
    findings.error(
      'no provider can be carried over',
      at,
      'name a local model to stand in: --model SmolLM2-135M-Instruct',
    );
    return;
  }
  findings.note(`no provider is carried over: ${model} stands in`, at);
  models.push({ name: model, keys: { runner: 'local', model_id: model }, parameters: {} });
}

/** Who decides where a test names nobody: whom defaultTest names, else whom the caller does. */
function commonGraders(
  { options }: Keys,
  given: Pick<ImportPromptfooOptions, 'judge' | 'encoder'>,
  { place, ...at }: GraderPlace,
): RowGraders {
  const own = gradersIn(record(options).provider, { ...at, place: () => place('options', 'provider') });
  const judge = given.judge?.includes(':') === true ? gradersIn(given.judge, { ...at, place }).judge : given.judge;
  const encoder = given.encoder?.includes(':') === true ? encoderOf(given.encoder, { ...at, place }) : given.encoder;
  if (given.encoder !== undefined && encoder === undefined)
    throw new AssayError('USAGE', `--encoder ${given.encoder} is no provider of embeddings that is known`, {
      hint: 'name one as promptfoo does, such as openai:embedding:text-embedding-3-small, or a local encoder',
    });
  return { judge: own.judge === undefined ? judge : own.judge, encoder: own.encoder ?? encoder };
}
