import { knownAlgorithms } from '../algorithms/recorded-algorithm.ts';
import type { RunDamage } from '../results/run-damage.ts';
import type { Manifest, RunView, SampleRow, Summary } from '../results/summary.ts';
import { gatherScores, type ModelScores, withStops } from './model-scores.ts';

type ScoresByModel = ReadonlyMap<string, ModelScores>;

/** A run as decisions see it. The scores of its samples are read when a decision first asks for them, and once for all. */
export class ScoredRun implements RunView {
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly rows: AsyncIterable<SampleRow>;
  readonly damage?: RunDamage;
  readonly #scores: () => Promise<ScoresByModel>;

  /** @param scores of the rows, where something else needs them too */
  constructor({ manifest, summary, rows, damage }: RunView, scores?: () => Promise<ScoresByModel>) {
    this.manifest = manifest;
    this.summary = summary;
    this.rows = rows;
    if (damage !== undefined) this.damage = damage;
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
