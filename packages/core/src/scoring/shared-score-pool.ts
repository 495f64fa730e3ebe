import type { ScorePool, ScorePoolOptions } from './score-pool.ts';

/** Scoring threads that several runs of one process use one after another: starting them takes as long as a small run. */
export class SharedScorePool {
  #opened: Promise<ScorePool> | undefined;

  /** The threads, started when they are first asked for. */
  open(options: ScorePoolOptions): Promise<ScorePool> {
    this.#opened ??= import('./score-pool.ts').then(({ ScorePool }) => new ScorePool(options));
    return this.#opened;
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close();
  }
}
