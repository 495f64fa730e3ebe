import {
  AssayError,
  type AssayError as AssayErrorType,
  type Comparison,
  didYouMean,
  findRun,
  type GateResult,
  type Manifest,
  type RunFolder,
  readRun as readRunFolder,
  type SampleRow,
  type ScoreSummary,
  type Selection,
  type Summary,
} from '@assay/core';

/** One score of one model over all samples, or those of a category. */
export interface Figure {
  /** null over no samples. */
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  /** Samples that have the score. */
  readonly n: number;
  /** How the model's samples ended. */
  readonly states: Summary['models'][number]['states'];
  /** Samples without the score, by reason. */
  readonly unscored: Readonly<Record<string, number>>;
  /** Nominal coverage of the interval, such as 0.95. */
  readonly confidence: number;
  readonly better: ScoreSummary['spec']['better'];
  /** Pins all that changes the number. */
  readonly signature: string;
}

export interface ScoreChoice {
  /** By its name in results; may be left out where there is one. */
  readonly model?: string;
  readonly category?: string;
}

/** What decisions a run brought, where it made some. */
interface Decided {
  readonly failures?: ReadonlyMap<string, AssayErrorType>;
  readonly gates?: readonly GateResult[];
  readonly selection?: Selection | undefined;
}

/** A finished run: figures in memory, samples read from disk as often as they are asked for. */
export class EvaluationRun {
  readonly folder: string;
  readonly summary: Summary;
  readonly manifest: Manifest;
  /** Models that were not finished, and why. */
  readonly failures: ReadonlyMap<string, AssayErrorType>;
  /** How the evaluation's gates ended. */
  readonly gates: readonly GateResult[];
  /** The model that its `selection` chose. */
  readonly selection: Selection | undefined;
  readonly #files: RunFolder;

  private constructor(files: RunFolder, summary: Summary, manifest: Manifest, decided: Decided) {
    this.#files = files;
    this.folder = files.path;
    this.summary = summary;
    this.manifest = manifest;
    this.failures = decided.failures ?? new Map();
    this.gates = decided.gates ?? [];
    this.selection = decided.selection;
  }

  /** @throws AssayError RUN_NOT_FOUND */
  static async open(files: RunFolder, decided: Decided = {}): Promise<EvaluationRun> {
    const { summary, manifest } = await readRunFolder(files);
    return new EvaluationRun(files, summary, manifest, decided);
  }

  /** Names of the models, in order. */
  get models(): readonly string[] {
    return this.summary.models.map(({ name }) => name);
  }

  /** Each model against each before it, on the samples that both have. */
  get comparisons(): readonly Comparison[] {
    return this.summary.comparisons;
  }

  /** @param name as `algorithm.score` @throws AssayError USAGE for one that the run does not have */
  score(name: string, { model, category }: ScoreChoice = {}): Figure {
    const { scores, models } = this.summary;
    const wanted = model ?? (models.length === 1 ? models[0]!.name : undefined);
    if (wanted === undefined) throw unknown('which model?', `say { model: … }, one of ${this.models.join(', ')}`);
    const states = models.find((each) => each.name === wanted)?.states;
    if (states === undefined) throw unknown(`the run has no model "${wanted}"`, `It has: ${this.models.join(', ')}.`);
    const own = scores.filter((row) => row.model === wanted && row.category === (category ?? null));
    const found = own.find((row) => `${row.algorithm}.${row.score}` === name);
    if (found === undefined) {
      const names = own.map((row) => `${row.algorithm}.${row.score}`);
      const near = didYouMean(name, names);
      throw unknown(
        `the run has no score "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
        `It has: ${names.join(', ')}.`,
      );
    }
    const { value, interval, n, unscored, confidence, spec, signature } = found;
    return { value, interval, n, states, unscored, confidence, better: spec.better, signature };
  }

  /** Every sample of every model, from disk: again and again. */
  async *samples({ model }: { readonly model?: string } = {}): AsyncGenerator<SampleRow> {
    const { rows } = await readRunFolder(this.#files);
    for await (const row of rows) if (model === undefined || row.model === model) yield row;
  }
}

function unknown(message: string, hint: string): AssayError {
  return new AssayError('USAGE', message, { hint });
}

/**
 * A finished run by its folder, or by its name under `.assay/runs`. @throws AssayError RUN_NOT_FOUND
 * @example
 * const run = await readRun('.assay/runs/20261123T214512Z-3f9c');
 */
export async function readRun(name: string): Promise<EvaluationRun> {
  return EvaluationRun.open(findRun(name));
}
