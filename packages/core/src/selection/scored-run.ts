import { knownAlgorithms } from '../algorithms/recorded-algorithm.ts';
import type { RunColumns } from '../results/run-columns.ts';
import type { RunDamage } from '../results/run-damage.ts';
import type { Comparison, Manifest, RunView, SampleRow, Summary } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { type CompareRunOptions, compareRun } from './compare-run.ts';
import { gatherScores, type ModelScores, withStops } from './model-scores.ts';

type ScoresByModel = ReadonlyMap<string, ModelScores>;

/** A run as decisions see it. The scores of its samples are read when a decision first asks for them, and once for all. */
export class ScoredRun implements RunView {
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly rows: AsyncIterable<SampleRow>;
  readonly damage?: RunDamage;
  readonly columns?: RunColumns;
  readonly #scores: () => Promise<ScoresByModel>;

  /** @param scores of the rows, where something else needs them too */
  constructor({ manifest, summary, rows, damage, columns }: RunView, scores?: () => Promise<ScoresByModel>) {
    this.manifest = manifest;
    this.summary = summary;
    this.rows = rows;
    if (damage !== undefined) this.damage = damage;
    if (columns !== undefined) this.columns = columns;
    const gather = scores ?? (() => gatherScores(rows, knownAlgorithms(manifest.algorithms)));
    this.#scores = readOnce(async () => {
      const own = withStops([...(await gather()).values()], summary.models);
      return new Map(own.map((each) => [each.model, each]));
    });
  }

  /** The scores of single samples, by model. */
  models(): Promise<ScoresByModel> {
    return this.#scores();
  }

  /**
   * Each of these models against each before it. Memory grows with the samples only where columns do not tell enough.
   * @param models @default all of the run
   */
  compare(
    scores: readonly ComparableScore[],
    { models = this.summary.models, ...options }: CompareRunOptions & { readonly models?: Summary['models'] } = {},
  ): Promise<Comparison[]> {
    const algorithms = knownAlgorithms(this.manifest.algorithms);
    return compareRun({ models, algorithms, columns: this.columns, scores: this.#scores }, scores, options);
  }

  /** The run as if it held one model. */
  async only(model: string): Promise<ScoredRun> {
    const own = (await this.models()).get(model);
    const { summary, manifest, rows } = this;
    const models = summary.models.filter(({ name }) => name === model);
    const scores = summary.scores.filter((score) => score.model === model);
    const gathered: ScoresByModel = new Map(own === undefined ? [] : [[model, own]]);
    return new ScoredRun({ manifest, summary: { ...summary, models, scores }, rows }, async () => gathered);
  }
}

/** What is made when first asked for, and kept. */
export function readOnce<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
