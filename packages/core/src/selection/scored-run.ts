import type { Manifest, RunView, Summary } from '../results/summary.ts';
import { gatherScores, type ModelScores } from './model-scores.ts';

/** A run as decisions see it. Its samples are read when a decision first asks for them, and once. */
export class ScoredRun {
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly #rows: RunView['rows'];
  #models: Promise<ReadonlyMap<string, ModelScores>> | undefined;

  constructor({ manifest, summary, rows }: RunView, models?: Promise<ReadonlyMap<string, ModelScores>>) {
    this.manifest = manifest;
    this.summary = summary;
    this.#rows = rows;
    this.#models = models;
  }

  /** The scores of single samples, by model. */
  models(): Promise<ReadonlyMap<string, ModelScores>> {
    this.#models ??= gatherScores(this.#rows);
    return this.#models;
  }

  /** The run as if it held one model. */
  async only(model: string): Promise<ScoredRun> {
    const own = (await this.models()).get(model);
    const { summary, manifest } = this;
    return new ScoredRun(
      {
        manifest,
        summary: {
          ...summary,
          models: summary.models.filter(({ name }) => name === model),
          scores: summary.scores.filter((score) => score.model === model),
        },
        rows: this.#rows,
      },
      Promise.resolve(new Map(own === undefined ? [] : [[model, own]])),
    );
  }
}
