import type { MaxFailures } from '../config/schema/run-config.ts';
import type { PlannedDataset } from '../datasets/planned-dataset.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { StageClock } from '../results/stage-clock.ts';
import { readingSince } from '../runner/prompt-reading.ts';
import type { Runner } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import { runOutputs } from '../scoring/outputs-run.ts';
import type { ModelProgress } from './model-progress.ts';
import { ModelRun } from './model-run.ts';
import { openModel } from './open-model.ts';
import type { RunContext } from './run-context.ts';
import type { PlannedModel } from './run-plan.ts';

/** Brings one model to its end: whatever `progress` does not hold yet. */
export async function runModel(context: RunContext, model: PlannedModel, progress: ModelProgress): Promise<void> {
  const { plan, hooks, previousModels } = context;
  hooks.onModelStart?.({ model: model.name, total: plan.dataset.total, alreadyDone: progress.samples });
  if (!(await isWanted(context, model, progress))) progress.runner = previousModels.get(model.name)?.runner ?? '';
  else {
    const stages = new StageClock();
    try {
      if (model.open === null) await scoreOutputsOf(context, model, progress, stages);
      else await ask(context, model, model.open, progress, stages);
    } finally {
      progress.spentMs = stages.stop();
    }
  }
}

/** Whether a model has to be opened: what was opened before, and marked as done, has mostly answered everything. */
export async function isWanted(
  context: Pick<RunContext, 'plan' | 'onBadRow' | 'previousModels'>,
  model: PlannedModel,
  progress: ModelProgress,
): Promise<boolean> {
  const { name } = model;
  const { runner = '', done = false } = context.previousModels.get(name) ?? {};
  if (runner === '') return true;
  const { total } = context.plan.dataset;
  if (total !== null && progress.samples >= total) return false;
  return !(done && (await isOver(context, model, progress)));
}

/**
 * Whether what the journal holds is all that the model is asked: then it need not be opened, which may cost money. Reads the
 * samples up to the first that is not done, for only so does it know which rows cannot be read. Of a model that was not
 * done it would be a second reading.
 */
async function isOver(
  { plan, onBadRow }: Pick<RunContext, 'plan' | 'onBadRow'>,
  { outputs: dataset = plan.dataset }: PlannedModel,
  progress: ModelProgress,
): Promise<boolean> {
  const isDone = (index: number) => progress.isDone(index);
  for await (const { index } of samplesOf(dataset, progress, onBadRow, isDone)) {
    if (progress.stop?.isDecided === true) return true;
    if (!isDone(index)) return false;
  }
  return true;
}

/** The samples in their order; rows that cannot be read are told to the early stop too. */
function samplesOf(
  dataset: PlannedDataset,
  progress: ModelProgress,
  onBadRow: RunContext['onBadRow'],
  isDone?: (index: number) => boolean,
): AsyncIterable<Sample> {
  return dataset.samples((row) => {
    if (row.index !== undefined) progress.stop?.skip(row.index);
    onBadRow(row);
  }, isDone);
}

async function scoreOutputsOf(
  context: RunContext,
  model: PlannedModel,
  progress: ModelProgress,
  stages: StageClock,
): Promise<void> {
  const { plan, journal, helpers, onBadRow, hooks, signal } = context;
  progress.runner = 'outputs';
  const dataset = model.outputs ?? plan.dataset;
  const samples = (report: RunContext['onBadRow']) => samplesOf(dataset, progress, report);
  await runOutputs({
    plan: { ...plan, dataset: { ...dataset, samples } },
    model: model.name,
    journal,
    helpers,
    stages,
    isRangeDone: (first) => progress.isRangeDone(first),
    isDone: (index) => progress.isDone(index),
    onRange: (range) => {
      progress.addRange(range);
      hooks.onRange?.({ model: model.name, samples: range.samples });
    },
    onDone: (record) => {
      progress.add(record);
      hooks.onSample?.({ model: model.name, index: record.sample, state: record.state, error: null, record });
    },
    onBadRow,
    isEnough: () => progress.stop?.isDecided === true,
    signal,
  });
}

async function ask(
  context: RunContext,
  model: PlannedModel,
  open: NonNullable<PlannedModel['open']>,
  progress: ModelProgress,
  stages: StageClock,
): Promise<void> {
  const { plan, journal, helpers, onBadRow, hooks, signal } = context;
  const { total } = plan.dataset;
  const limit = new AbortController();
  const enough = new AbortController();
  const checkEnough = () => {
    if (progress.stop?.isDecided === true) enough.abort();
  };
  const { runner, known, ready } = await openModel(context, model, open, progress, stages);
  const before = runner.reading?.();
  let endedWell = false;
  try {
    const run = new ModelRun({
      model: model.name,
      runner,
      generate: model.generate,
      compose: model.compose,
      instances: plan.algorithms,
      samples: samplesOf(
        plan.dataset,
        progress,
        (row) => {
          checkEnough();
          onBadRow(row);
        },
        (index) => progress.isDone(index),
      ),
      ...(progress.stop === undefined ? {} : { enough: enough.signal }),
      seed: plan.seed,
      keep: plan.keep,
      repeats: plan.repeats ?? { times: 1, reducer: 'mean' },
      isDone: (index) => progress.isDone(index),
      known: await known(),
      ready,
      journal,
      helpers,
      onAnswer: (record) => progress.addAnswer(record),
      onDone: (record) => {
        progress.add(record);
        checkEnough();
        if (isFailure(record) && exceeds(progress.failures, plan.maxFailures, total)) {
          limit.abort(tooManyFailures(model.name, progress.failures, record));
        }
      },
      onAsked: context.onAsked,
      hooks,
      stages,
      ...(plan.deadlineMs === undefined || model.isBatched === true ? {} : { deadlineMs: plan.deadlineMs }),
      signal: AbortSignal.any([signal, limit.signal]),
    });
    await run.run();
    endedWell = !run.mayHang;
  } finally {
    await closeRunner(runner, endedWell);
    progress.reading = readingSince(before, runner.reading?.());
  }
}

/** Longest wait for a runner to close that may hang. */
const CLOSE_MS = 5_000;

/** What a runner owns, such as memory or an endpoint that costs money, is gone when this resolves, unless it may hang. */
async function closeRunner(runner: Runner, endedWell: boolean): Promise<void> {
  const closed = runner.close?.();
  if (endedWell) {
    await closed;
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS);
  });
  await Promise.race([closed, late]).finally(() => clearTimeout(timer));
}

function isFailure({ state }: SampleRecord): boolean {
  return state === 'failed' || state === 'timed_out';
}

/** A share counts against all samples of the run. */
function exceeds(failures: number, limit: MaxFailures | undefined, total: number | null): boolean {
  if (limit === undefined) return false;
  if ('count' in limit) return failures > limit.count;
  return total !== null && failures > limit.fraction * total;
}

function tooManyFailures(model: string, failures: number, last: SampleRecord): AssayError {
  return new AssayError(
    'RUN_TOO_MANY_FAILURES',
    `${failures} samples of ${model} failed; the last: ${last.error?.code ?? ''} ${last.error?.message ?? ''}`,
    { hint: 'Fix the cause and continue with --resume, or raise max_failures.' },
  );
}
