import type { Algorithm, ModelAsk } from '../../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../../algorithms/instantiate.ts';
import { isCodeModule } from '../../algorithms/load-custom-algorithm.ts';
import { errorFinding, type Finding } from '../../config/finding.ts';
import type { LoadedConfig, ValidConfig } from '../../config/load-config.ts';
import { type ResolvedModel, type ResolveRunnersOptions, resolveModels } from '../../config/resolve-runners.ts';
import type { EvaluationConfig } from '../../config/schema/evaluation-config.ts';
import type { Dataset } from '../../datasets/dataset.ts';
import { localDataset } from '../../datasets/local-dataset.ts';
import { isRemote } from '../../datasets/locate-files.ts';
import { openDataset } from '../../datasets/open-dataset.ts';
import { type AssayError, isAssayError, type SourcePlace } from '../../errors/assay-error.ts';
import { foreignPlaceholders, foreignWords, sameForAll, templateProblems } from '../../prompts/check-template.ts';
import { promptTemplateOf } from '../../prompts/conversation-template.ts';
import { FEATURES, type FeatureName, type Sample } from '../../samples/sample.ts';
import { decisionProblems } from '../check-decisions.ts';
import { comparedAlgorithms } from '../compared-scores.ts';
import { missingFeatures, needsOf } from '../missing-features.ts';
import { withOutputKey, withOutputsOf } from '../own-outputs.ts';
import { planAlgorithm, prepareAlgorithm } from '../plan-algorithm.ts';
import { composesInput } from '../plan-run.ts';
import { checkRows } from './check-rows.ts';

/** What a look at all that a config names has found. */
export interface RunCheck {
  /** In the order of the file. */
  readonly findings: readonly Finding[];
  readonly models: readonly ResolvedModel[];
  /** What algorithms ask of models, each by the labels of those that do: by the first sample, so nothing without data. */
  readonly asked: ReadonlyMap<ModelAsk['kind'], readonly string[]>;
  /** undefined where the data could not be opened, or is not on this machine. */
  readonly data?: DataCheck | undefined;
}

export interface DataCheck {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  /** That a run takes of them; undefined for all. */
  readonly taken?: number | undefined;
  /** There may be more rows than were looked at. */
  readonly isCut: boolean;
  /** As TextDecoder names it, and what separates fields; undefined where files differ, or for what is usual. */
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
}

/**
 * Looks at everything that a run of this config would need, and tells all that is wrong with it: the data and its columns,
 * prompt templates, algorithms and their options, gates and selection. Nothing is downloaded, no model is loaded, no code runs.
 * A config with findings of its own is looked at as far as it can be read.
 */
export async function checkRun(loaded: LoadedConfig, options: ResolveRunnersOptions = {}): Promise<RunCheck> {
  const config = loaded.config ?? loaded.readable;
  if (config === undefined) return { findings: [], models: [], asked: new Map() };
  const look = new RunLook({ ...loaded, config }, options);
  await look.all();
  return look.result();
}

class RunLook {
  readonly #loaded: ValidConfig;
  readonly #options: ResolveRunnersOptions;
  readonly #findings: Finding[] = [];
  readonly #known: ReadonlySet<string>;
  #models: readonly ResolvedModel[] = [];
  #data: DataCheck | undefined;
  readonly #asked = new Map<ModelAsk['kind'], string[]>();

  constructor(loaded: ValidConfig, options: ResolveRunnersOptions) {
    this.#loaded = loaded;
    this.#options = options;
    this.#known = new Set(loaded.findings.map(({ at, code }) => `${code} ${at.line}:${at.column}`));
  }

  async all(): Promise<void> {
    const algorithms = await this.#algorithms();
    this.#models = this.#settled(() => resolveModels(this.#loaded, this.#options)) ?? [];
    const dataset = await this.#open();
    const prepared = await this.#prepared(algorithms, dataset);
    if (prepared.length === this.#config.algorithms.length) {
      for (const problem of decisionProblems(this.#loaded, prepared)) this.#tell(problem);
      this.#settled(() => comparedAlgorithms(this.#loaded, prepared));
    }
    if (dataset === undefined) return;
    for (const problem of missingFeatures(this.#fieldsOf(dataset), algorithms, this.#models, this.#loaded))
      this.#tell(problem);
    let first: Sample | undefined;
    for await (const sample of dataset.samples({ limit: 1 })) first = sample;
    if (first !== undefined) this.#askOf(first, prepared);
    this.#templates(dataset, algorithms, first);
    await this.#rows(dataset, algorithms);
  }

  result(): RunCheck {
    const place = ({ at }: Finding): number => (at.line ?? 0) * 10_000 + (at.column ?? 0);
    return {
      findings: this.#findings.toSorted((a, b) => place(a) - place(b)),
      models: this.#models,
      asked: this.#asked,
      data: this.#data,
    };
  }

  get #config(): EvaluationConfig {
    return this.#loaded.config;
  }

  async #algorithms(): Promise<AlgorithmInstance[]> {
    const planned: AlgorithmInstance[] = [];
    for (const [at, entry] of this.#config.algorithms.entries()) {
      // Code of one's own runs in a run alone.
      if (isCodeModule(entry.module)) continue;
      const isFaulty = this.#isFaulty(at);
      // With faulty options it still has the scores that gates may name.
      const own = isFaulty ? { ...entry, options: {} } : entry;
      const planning = planAlgorithm(own, at, this.#loaded, {});
      const instance = isFaulty ? await planning.catch(() => undefined) : await this.#settledLater(planning);
      if (instance !== undefined) planned.push(instance);
    }
    return planned;
  }

  /** Whether something in an entry of the algorithms is wrong, and told already. */
  #isFaulty(at: number): boolean {
    const { findings, placeOf } = this.#loaded;
    const [from = 0, next = 0] = [placeOf(['algorithms', at]).line, placeOf(['algorithms', at + 1]).line];
    return findings.some(({ severity, at: { line = 0 } }) => {
      const isWithin = line >= from && (next > from ? line < next : true);
      return severity === 'error' && isWithin;
    });
  }

  async #open(): Promise<Dataset | undefined> {
    const placeOf = (key: string): SourcePlace => this.#loaded.placeOf(['dataset', key]);
    const { baseDir } = this.#loaded;
    const at = placeOf('input_data_location');
    const local = await this.#settledLater(localDataset(this.#config.dataset, { baseDir, at }));
    if (local === undefined) return undefined;
    const located = withOutputKey(local, this.#models);
    const locations = [located.input_data_location].flat();
    if (locations.some((location) => isRemote(location) || location === '-')) {
      const message = `the data is ${locations[0] === '-' ? 'read from standard input' : 'not on this machine'}, and was not looked at`;
      this.#findings.push({ severity: 'note', code: 'DATA_NOT_HERE', message, at });
      return undefined;
    }
    const onMissingKey = (error: AssayError): void => this.#tell(error);
    const dataset = await this.#settledLater(openDataset(located, { baseDir, placeOf, onMissingKey }));
    if (dataset === undefined) return undefined;
    for (const model of this.#models)
      await this.#settledLater(withOutputsOf(model, { dataset, located }, { loaded: this.#loaded }));
    return dataset;
  }

  /** Algorithms as the data completes them: one that cannot be is left out. */
  async #prepared(
    algorithms: readonly AlgorithmInstance[],
    dataset: Dataset | undefined,
  ): Promise<AlgorithmInstance[]> {
    if (dataset === undefined) return [...algorithms];
    const view = { all: () => dataset.samples(), taken: () => dataset.samples() };
    const prepared: AlgorithmInstance[] = [];
    for (const instance of algorithms) {
      const done = await this.#settledLater(prepareAlgorithm(instance, view));
      if (done !== undefined) prepared.push(done);
    }
    return prepared;
  }

  /** What the dataset has, and what its keys should lead to: a key that finds nothing is told once. */
  #fieldsOf(dataset: Dataset): Pick<Dataset, 'features' | 'columns'> {
    const stated = FEATURES.filter((name) => this.#config.dataset[`${name}_key`] !== undefined);
    return { features: [...new Set([...dataset.features, ...stated])], columns: () => dataset.columns() };
  }

  #askOf(sample: Sample, algorithms: readonly AlgorithmInstance[]): void {
    for (const { label, algorithm, options } of algorithms) {
      const asks = askedOf(sample, algorithm, options, this.#config.seed);
      for (const kind of new Set(asks.map((ask) => ask.kind)))
        this.#asked.set(kind, [...(this.#asked.get(kind) ?? []), label]);
    }
  }

  #templates(dataset: Dataset, algorithms: readonly AlgorithmInstance[], first: Sample | undefined): void {
    const told = new Set<string>();
    for (const model of this.#models) {
      const { template, templatePath } = model.prompt;
      const isUsed = composesInput(model, algorithms);
      if (told.has(template) || (templatePath === undefined && !isUsed)) continue;
      told.add(template);
      const at = this.#loaded.placeOf((templatePath ?? ['models', model.index]) as (string | number)[]);
      const compiled = this.#settled(() => promptTemplateOf(model.prompt, at));
      if (compiled === undefined) continue;
      for (const problem of templateProblems(compiled, this.#fieldsOf(dataset), first, at)) this.#tell(problem);
      const same = isUsed ? sameForAll(compiled, dataset, at) : undefined;
      if (same !== undefined) this.#tell(same);
      else
        for (const message of foreignWords(foreignPlaceholders(compiled, dataset)))
          this.#findings.push({ severity: 'warning', code: 'PROMPT_SUSPECT', message, at });
    }
  }

  async #rows(dataset: Dataset, algorithms: readonly AlgorithmInstance[]): Promise<void> {
    const placeOf = (key: string): SourcePlace => this.#loaded.placeOf(['dataset', key]);
    const needed = new Set<FeatureName>(needsOf(algorithms, this.#models));
    const checked = await this.#settledLater(checkRows(dataset, needed, placeOf));
    for (const message of dataset.readingNotes())
      this.#findings.push({ severity: 'note', code: 'DATA_READ_AS', message, at: placeOf('input_data_location') });
    if (checked === undefined) return;
    this.#findings.push(...checked.findings);
    const taken = await this.#settledLater(dataset.selectRows({ seed: this.#config.seed }));
    const shapes = dataset.files.map(({ shape }) => shape);
    const same = (key: 'encoding' | 'delimiter'): string | undefined =>
      shapes.every((shape) => shape[key] === shapes[0]?.[key]) ? shapes[0]?.[key] : undefined;
    this.#data = {
      name: dataset.name,
      files: dataset.files.length,
      bytes: dataset.files.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: checked.rows,
      taken: taken?.length,
      isCut: checked.isCut,
      encoding: same('encoding'),
      delimiter: same('delimiter'),
    };
  }

  /** What the schema said already is not said again. */
  #tell(error: AssayError): void {
    const finding = errorFinding(error, this.#loaded.placeOf([]));
    if (this.#known.has(`${finding.code} ${finding.at.line}:${finding.at.column}`)) return;
    this.#findings.push(finding);
  }

  #settled<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      this.#tell(thrown);
      return undefined;
    }
  }

  async #settledLater<T>(work: Promise<T>): Promise<T | undefined> {
    const settled = await work.then(
      (value) => () => value,
      (thrown: unknown) => () => {
        throw thrown;
      },
    );
    return this.#settled(settled);
  }
}

/** A row that an algorithm cannot ask about tells nothing of what it asks. */
function askedOf(
  sample: Sample,
  algorithm: Algorithm,
  options: unknown,
  seed: number,
): readonly Pick<ModelAsk, 'kind'>[] {
  if (algorithm.modelAsks === undefined) return [{ kind: 'generate' }];
  try {
    return algorithm.modelAsks(sample, options, seed);
  } catch {
    return [];
  }
}
