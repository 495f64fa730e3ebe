import { askToStop, isAskedToStop } from 'assay/internal';
import type { LivePage } from 'assay/internal/report';
import { JournalCounter } from '../runs/journal-counter.ts';
import { LiveTally } from '../runs/live-tally.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import { resumeWords } from './resume-words.ts';
import type { ResumedRuns } from './resumed-runs.ts';

/** Runs whose journals are followed at a time; the one that was looked at longest ago goes. */
const MOST_FOLLOWED = 8;

/** Runs as they go on, each followed from the first look on. */
export class LiveRuns {
  readonly #resumed: ResumedRuns;
  readonly #followed = new Map<string, JournalCounter<LiveTally>>();

  constructor(resumed: ResumedRuns) {
    this.#resumed = resumed;
  }

  /** How far a run is, and what it found so far. */
  async page({ name, folder, manifest, notes, state }: RunOverview): Promise<LivePage> {
    const counter = this.#follow(folder.path, () => new JournalCounter(folder.journal, () => new LiveTally(manifest)));
    const counted = await counter.count();
    const { tally } = counter;
    const { losses, further } = tally.losses();
    const models = tally.models();
    const { command, start } = resumeWords({ folder, manifest });
    return {
      view: 'live',
      ...{ run: name, title: notes.name, dataset: manifest.dataset.name, createdAt: manifest.createdAt },
      state: this.#resumed.isStarted(folder.path) ? 'running' : state,
      models: manifest.models.map((model, at) => {
        const total = manifest.dataset.samples;
        // A failed sample that was asked again has several lines.
        return { name: model.name, total, ...models[at]!, done: Math.min(total, models[at]!.done) };
      }),
      scores: tally.scores(),
      intervals: intervalWords(manifest.order !== undefined, tally),
      ...{ losses, furtherLosses: further, latest: tally.latest() },
      uncounted: Math.max(0, counted - tally.samples),
      isStopping: state === 'running' && isAskedToStop(folder.path),
      resume: { command, refused: 'refused' in start ? start.refused : null },
      said: this.#resumed.said(folder.path),
    };
  }

  /** @throws ApiError 409 for a run that does not go on */
  async stop({ folder, state }: RunOverview): Promise<void> {
    if (state !== 'running') throw new ApiError(409, 'the run does not go on');
    await askToStop(folder.path);
  }

  /** @throws ApiError 409 for a run that goes on or is done, or that the page may not continue */
  resume(run: RunOverview): void {
    if (run.state !== 'stopped') throw new ApiError(409, 'only a run that was stopped can go on');
    const { start } = resumeWords(run);
    if ('refused' in start) throw new ApiError(409, start.refused);
    this.#resumed.start(run.folder.path, start.args, start.folder);
  }

  #follow(folder: string, begin: () => JournalCounter<LiveTally>): JournalCounter<LiveTally> {
    const known = this.#followed.get(folder) ?? begin();
    this.#followed.delete(folder);
    this.#followed.set(folder, known);
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > MOST_FOLLOWED && oldest !== undefined) this.#followed.delete(oldest);
    return known;
  }
}

function intervalWords(isRandom: boolean, { isPlain, hasParts }: Pick<LiveTally, 'isPlain' | 'hasParts'>): string {
  if (hasParts)
    return 'There are no intervals while the run goes on: its samples are scored range by range, and only sums of a range are known. The report has them.';
  if (!isPlain)
    return 'There are no intervals while the run goes on: its samples are in clusters or count by weights. The report has them.';
  const holds = '95 % intervals that hold however often one looks, so they are wider than those of the report';
  if (isRandom) return `Whiskers are ${holds}. Samples come in a random order.`;
  return `Whiskers are ${holds}. They take the order of the answers for chance, and this run answers short prompts first: a mean may still move.`;
}
