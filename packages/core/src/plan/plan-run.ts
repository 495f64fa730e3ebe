import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Algorithm } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { CodePermission } from '../algorithms/load-custom-algorithm.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { isBatched } from '../config/is-batched.ts';
import type { ValidConfig } from '../config/load-config.ts';
import { type ResolvedModel, type ResolveRunnersOptions, resolveModels } from '../config/resolve-runners.ts';
import type { MaxFailures } from '../config/schema/run-config.ts';
import type { Instances } from '../cost/hourly-cost.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { FetchDataset } from '../datasets/local-dataset.ts';
import { orderedSamples } from '../datasets/ordered-samples.ts';
import type { PlannedDataset } from '../datasets/planned-dataset.ts';
import type { ShardPosition } from '../datasets/shard-rows.ts';
import type { PlannedModel, RunPlan } from '../engine/run-plan.ts';
import { AssayError } from '../errors/assay-error.ts';
import { checkPromptTemplate, foreignPlaceholders, foreignWords, sameForAll } from '../prompts/check-template.ts';
import { promptTemplateOf } from '../prompts/conversation-template.ts';
import { composerOf } from '../prompts/prompt-frame.ts';
import { type RunOptions, shardOf } from '../results/run-shard.ts';
import type { DescribedRunner } from '../runner/described-runner.ts';
import type { Runner } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import type { DescribeHelper, OpenHelper } from '../scoring/helper-desk.ts';
import { checkDecisions } from './check-decisions.ts';
import { checkForms } from './check-forms.ts';
import { comparedAlgorithms } from './compared-scores.ts';
import { cutterOf } from './cut-dataset.ts';
import { labelledAlgorithm, readLabelBook } from './labelled-algorithm.ts';
import { learntOptions, withLearntOptions } from './learnt-options.ts';
import { missingFeatures } from './missing-features.ts';
import { type IndexedData, openData } from './open-data.ts';
import { opposedAlgorithm } from './opposed-algorithm.ts';
import { withOutputsOf } from './own-outputs.ts';
import { planAlgorithm, prepareAlgorithm } from './plan-algorithm.ts';
import { planDataset, type TakenDataset } from './plan-dataset.ts';
import { planRepeats, repeatedAlgorithm } from './plan-repeats.ts';
import { planStop } from './plan-stop.ts';

/** What a command line may say over the config. */
export interface PlanOptions extends RunOptions, ResolveRunnersOptions, CodePermission {
  /** A dataset that was cut for this very plan, in place of the config's. */
  readonly data?: IndexedData | undefined;
  /** A resume asks again for samples that failed or timed out. @default false */
  readonly retryFailed?: boolean | undefined;
  readonly maxFailures?: MaxFailures | undefined;
  /** Threads that score outputs which lie in the dataset. @default the cores of this machine */
  readonly workers?: number | undefined;
  readonly command?: readonly string[] | undefined;
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /** Where answers are kept unless the config says otherwise; without it there is no cache. */
  readonly cacheFolder?: string | undefined;
  /** Algorithms that stand in no table, by name. */
  readonly ownAlgorithms?: ReadonlyMap<string, Algorithm> | undefined;
  readonly openRunner: (model: ResolvedModel) => Promise<Runner>;
  /** What `openRunner` would open, where that can be told without loading it. */
  readonly describeRunner?: ((model: ResolvedModel) => Promise<DescribedRunner | undefined>) | undefined;
  readonly openHelper: OpenHelper;
  readonly describeHelper?: DescribeHelper | undefined;
  /** Downloads a dataset behind a URI, or finds it in the cache. Without it a URI is an error. */
  readonly fetchRemote?: FetchDataset | undefined;
  /** Only this part of the samples; a shard never ends early. */
  readonly shard?: ShardPosition | undefined;
  /** Whether the config's stop_when may end the run early. @default true */
  readonly stopEarly?: boolean | undefined;
}

/**
 * Turns a config into what will run, with every check that needs no model: algorithms, columns, templates.
 * @throws AssayError CONFIG_*, DATASET_*, PROMPT_*
 */
export async function planRun(loaded: ValidConfig, options: PlanOptions): Promise<RunPlan> {
  const { config } = loaded;
  const seed = options.seed ?? config.seed;
  const asked = pick(
    await Promise.all(config.algorithms.map((entry, at) => planAlgorithm(entry, at, loaded, options))),
    ({ label }) => label,
    options.algorithms,
    'algorithm',
  );
  const resolved = resolveModels(loaded, options);
  const models = pick(resolved, ({ name }) => name, withPrompts(resolved, options.models), 'model');
  checkForms(loaded, models);
  const { baseDir } = loaded;
  const { cache } = planCache(loaded, options);
  const readings = options.shard === undefined || cache === undefined ? undefined : join(cache.folder, 'readings');
  const { dataset, located, recordColumns } = await openData(loaded, asked, models, { ...options, readings });
  for (const missing of missingFeatures(dataset, asked, models, loaded)) throw missing;
  // From here on no other bytes are read: rows are counted, drawn and scored from one state of the files.
  const files = await dataset.pin();
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const rows = await dataset.selectRows({ seed, ...limit });
  const order = await dataset.fmevalOrder(limit);
  const view = {
    all: () => dataset.samples({ limit: Number.POSITIVE_INFINITY, rows: undefined, sampleN: Number.POSITIVE_INFINITY }),
    taken: () =>
      order === undefined
        ? dataset.samples(rows === undefined ? {} : { rows })
        : orderedSamples(dataset, order, { strict: false, onBadRow: () => {} }),
  };
  const repeats = planRepeats(loaded, options.repeat);
  const learnt = options.data?.index.learnt;
  const completed = await Promise.all(
    asked.map((instance) =>
      learnt === undefined ? prepareAlgorithm(instance, view) : withLearntOptions(instance, learnt),
    ),
  );
  const prepared = await Promise.all(completed.map((instance) => opposedAlgorithm(instance, baseDir)));
  const labels = await readLabelBook(config.dataset.human_labels, baseDir);
  const labelled = prepared.map((instance) => labelledAlgorithm(instance, labels));
  const repeated = labelled.map((instance) => repeatedAlgorithm(instance, repeats));
  checkDecisions(loaded, repeated);
  const algorithms = comparedAlgorithms(loaded, repeated);
  const stop =
    options.stopEarly === false || options.shard !== undefined || config.stop_when === undefined
      ? undefined
      : await planStop(loaded, algorithms, { dataset, rows, seed, files });
  const overrides = {
    limit: options.limit,
    seed,
    models: models.map(({ name, runner }) => [name, runner]),
    algorithms: algorithms.map(({ label, signature }) => [label, signature]),
    localModel: options.localModel,
    ...(labels === undefined ? {} : { labels: labels.digest() }),
    // A part may hold several files, and did not in earlier versions, whose journals would lead into it.
    ...(dataset.files.length > 1 ? { parts: 2 } : {}),
  };
  const strict = options.strict ?? config.strict;
  const taken: TakenDataset = { dataset, files, located, rows, order, stop };
  const seen = [dataset];
  const planned = await Promise.all(
    models.map(async (model) => {
      const own = await withOutputsOf(model, taken, { loaded, recordColumns, isChecked: options.data !== undefined });
      const planned = await planModel(model, dataset, algorithms, loaded, options);
      if (own === undefined) return planned;
      seen.push(own.dataset);
      return { ...planned, outputs: partOf(await planDataset({ ...taken, ...own }, strict), options.shard) };
    }),
  );
  const digest = createHash('sha256')
    .update(JSON.stringify([loaded.digest, overrides]))
    .digest('hex');
  return {
    configFile: loaded.file,
    configText: loaded.text,
    ...(config.imported_from === undefined ? {} : { importedFrom: config.imported_from }),
    digest,
    command: options.command ?? [],
    dataset: partOf(await planDataset(taken, strict), options.shard),
    cut: cutterOf(seen, taken, { planDigest: digest, learnt: learntOptions(completed) }, strict),
    ...(options.shard === undefined ? {} : { shard: shardOf(options.shard, options) }),
    models: planned,
    algorithms,
    repeats,
    ...(stop === undefined ? {} : { stop }),
    ...(cache === undefined ? {} : { cache }),
    openHelper: options.openHelper,
    ...(options.describeHelper === undefined ? {} : { describeHelper: options.describeHelper }),
    seed,
    ...(config.keep === undefined ? {} : { keep: config.keep }),
    ...(options.retryFailed === true ? { retryFailed: true } : {}),
    maxFailures: options.maxFailures ?? config.max_failures,
    ...(config.deadline_ms === undefined ? {} : { deadlineMs: config.deadline_ms }),
    ...(options.workers === undefined ? {} : { scoring: { threads: options.workers } }),
    versions: options.versions ?? {},
  };
}

/** What of the dataset a shard takes. */
function partOf(whole: PlannedDataset, shard: ShardPosition | undefined): PlannedDataset {
  return shard === undefined ? whole : { ...whole, ...whole.part?.(shard) };
}

function planCache({ config, baseDir }: ValidConfig, { cacheFolder }: PlanOptions): Pick<RunPlan, 'cache'> {
  const { enabled = true, generations = true, embeddings = true, dir, max_size_gb: maxGigabytes } = config.cache ?? {};
  if (cacheFolder === undefined || !enabled || !(generations || embeddings)) return {};
  const maxBytes = maxGigabytes === undefined ? {} : { maxBytes: maxGigabytes * 1e9 };
  return {
    cache: { folder: dir === undefined ? cacheFolder : resolve(baseDir, dir), ...maxBytes, generations, embeddings },
  };
}

/** The name of a model stands for it with every prompt. */
function withPrompts(
  models: readonly ResolvedModel[],
  wanted: readonly string[] | undefined,
): readonly string[] | undefined {
  return wanted?.flatMap((name) => {
    const own = models.filter(({ config }) => config.name === name);
    return own.length === 0 ? [name] : own.map((model) => model.name);
  });
}

/** The named ones in the config's order; a name that is not there is an error with a suggestion. */
function pick<T>(
  all: readonly T[],
  nameOf: (value: T) => string,
  wanted: readonly string[] | undefined,
  what: string,
): readonly T[] {
  if (wanted === undefined) return all;
  const names = all.map(nameOf);
  for (const name of wanted) {
    if (names.includes(name)) continue;
    const suggestion = didYouMean(name, names);
    throw new AssayError(
      'USAGE',
      `the config has no ${what} "${name}"${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`,
      {
        hint: `It has: ${names.join(', ')}.`,
      },
    );
  }
  return all.filter((value) => wanted.includes(nameOf(value)));
}

async function planModel(
  model: ResolvedModel,
  dataset: Dataset,
  algorithms: readonly AlgorithmInstance[],
  loaded: ValidConfig,
  options: PlanOptions,
): Promise<PlannedModel> {
  const { templatePath } = model.prompt;
  const at = templatePath === undefined ? undefined : loaded.placeOf(templatePath as (string | number)[]);
  const compiled = promptTemplateOf(model.prompt, at);
  // The default template is ignored where nothing is composed by it.
  const isUsed = composesInput(model, algorithms);
  // A dataset that was cut has no first row here, and was held against the template when it was.
  if (options.data === undefined && (templatePath !== undefined || isUsed)) {
    let first: Sample | undefined;
    for await (const sample of dataset.samples({ limit: 1 })) first = sample;
    checkPromptTemplate(compiled, dataset, first, at);
  }
  const same = isUsed ? sameForAll(compiled, dataset, at) : undefined;
  if (same !== undefined) throw same;
  return {
    name: model.name,
    open: model.runner === 'outputs' ? null : () => options.openRunner(model),
    ...(options.describeRunner && { describe: () => options.describeRunner!(model) }),
    remote: ['sagemaker', 'bedrock', 'openai', 'http'].includes(model.runner),
    ...(isBatched(model) ? { isBatched: true } : {}),
    kind: model.runner,
    ...modelId(model),
    ...instancesOf(model),
    generate: loaded.config.keep?.tokens === true ? { ...model.generate, logProbabilities: true } : model.generate,
    notes: foreignWords(foreignPlaceholders(compiled, dataset)),
    compose: composerOf(model, compiled),
  };
}

/** Whether a model is asked by its prompt template. */
export function composesInput(
  { runner }: Pick<ResolvedModel, 'runner'>,
  algorithms: readonly AlgorithmInstance[],
): boolean {
  return (
    runner !== 'outputs' &&
    algorithms.some(({ algorithm, options }) => algorithm.needs(options).includes('model_input'))
  );
}

/** What SageMaker would run the model on, where the config says so. */
function instancesOf(model: ResolvedModel): { readonly instances?: Instances } {
  const { instance_type: type, num_instances: count = 1 } = model.config.deployment_config ?? {};
  if (model.runner !== 'sagemaker' || type === undefined) return {};
  return { instances: { use: model.sagemaker.mode === 'transform' ? 'transform' : 'endpoint', type, count } };
}

function modelId(model: ResolvedModel): { readonly modelId?: string } {
  if (model.runner === 'local') return { modelId: model.local.model };
  if (model.runner === 'openai') return { modelId: model.openai.model };
  if (model.runner === 'bedrock') return { modelId: model.bedrock.model_id };
  return {};
}
