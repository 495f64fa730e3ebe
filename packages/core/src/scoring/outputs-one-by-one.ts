import type { Unscored } from '../algorithms/algorithm.ts';
import { keepsTexts } from '../datasets/planned-dataset.ts';
import { KEEP_USUAL } from '../samples/keep.ts';
import type { Sample } from '../samples/sample.ts';
import { turnIfDue } from '../storage/event-loop.ts';
import { datasetAnswers } from './dataset-answers.ts';
import type { OutputsRunOptions } from './outputs-run-options.ts';
import { SamplesUnderWay } from './samples-under-way.ts';
import { scoreOutputs } from './score-outputs.ts';
import type { HelperAnswers } from './score-sample.ts';

/** Samples between reading and disk. */
const UNDER_WAY = 1024;

/** Outputs scored in this thread, where helper models are, some samples at a time. */
export async function outputsOneByOne(options: OutputsRunOptions): Promise<void> {
  const { plan, model, journal, stages, isDone, onBadRow, signal } = options;
  const kept = { texts: keepsTexts(plan.dataset), keep: plan.keep ?? KEEP_USUAL };
  const settings = { model, instances: plan.algorithms, seed: plan.seed, ...kept };
  const underWay = new SamplesUnderWay({ journal, stages, room: () => UNDER_WAY });
  const works = new Set<Promise<void>>();
  const failed = new AbortController();
  try {
    for await (const sample of plan.dataset.samples(onBadRow)) {
      signal.throwIfAborted();
      failed.signal.throwIfAborted();
      if (options.isEnough()) break;
      if (isDone(sample.index)) continue;
      underWay.enter();
      const work = finish(options, sample, settings, underWay)
        .catch((thrown) => failed.abort(thrown))
        .finally(() => {
          works.delete(work);
          underWay.leave();
        });
      works.add(work);
      if (!underWay.hasRoom) await underWay.nextLeft();
    }
  } finally {
    // What was scored goes to disk before the journal is closed.
    underWay.seal();
    await Promise.all(works);
  }
  failed.signal.throwIfAborted();
}

async function finish(
  { plan, helpers, stages, onDone, signal }: OutputsRunOptions,
  sample: Sample,
  settings: Parameters<typeof scoreOutputs>[1],
  underWay: SamplesUnderWay,
): Promise<void> {
  const keys = new Map<string, boolean>();
  const found = new Map<string, HelperAnswers | Unscored>();
  for (const instance of plan.algorithms) {
    const answers = datasetAnswers(sample, instance, plan.seed);
    if (answers !== undefined)
      found.set(instance.label, await helpers.answersFor(instance, sample, answers, { keys, stages }));
  }
  await turnIfDue();
  signal.throwIfAborted();
  const scored = stages.score(() => scoreOutputs(sample, settings, (label) => found.get(label) ?? new Map()));
  const record = keys.size === 0 ? scored : { ...scored, helperCache: Object.fromEntries(keys) };
  await underWay.commit(record);
  onDone(record);
}
