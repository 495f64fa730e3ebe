import { AssayError } from '../errors/assay-error.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type { DescribedRunner } from '../runner/described-runner.ts';
import type { Runner } from '../runner/runner.ts';
import { CachedAnswers } from './cached-answers.ts';
import type { ModelProgress } from './model-progress.ts';
import type { KnownAnswers } from './model-run.ts';
import { openWhenAsked } from './open-when-asked.ts';
import type { RunContext } from './run-context.ts';
import type { PlannedModel } from './run-plan.ts';
import { planSample } from './sample-work.ts';

/** A model that a run can ask. */
export interface OpenedModel {
  readonly runner: Runner;
  /** Where answers of it may already lie. */
  readonly known: () => Promise<readonly KnownAnswers[]>;
  /** Opens it before its first question, where that is not done. */
  readonly ready?: () => Promise<void>;
}

/**
 * Opens a model; one whose first answer is cached only once it is asked something, which may be never.
 * @throws AssayError RUN_NOT_RESUMABLE where another answers than when the run began, and what `open` throws
 */
export async function openModel(
  context: RunContext,
  model: PlannedModel,
  open: NonNullable<PlannedModel['open']>,
  progress: ModelProgress,
  stages: StageClock,
): Promise<OpenedModel> {
  const note = async (answering: DescribedRunner): Promise<void> => {
    checkSameRunner(model.name, context.previousModels.get(model.name)?.runner ?? '', answering.id);
    progress.runner = answering.id;
    progress.revision = answering.revision;
    // Before the first answer counts: a resume must find the same.
    await context.manifest.write();
  };
  const openNow = async (): Promise<Runner> => {
    const runner = await stages.load(() => context.ahead.take(model, open));
    try {
      if (progress.runner !== '') checkSameRunner(model.name, progress.runner, runner.id);
      progress.notes = runner.notes ?? [];
      await note(runner);
    } catch (thrown) {
      await runner.close?.();
      throw thrown;
    }
    context.hooks.onRunner?.({ model: model.name, runner: runner.id, notes: progress.notes });
    return runner;
  };
  const isOpen = await stages.load(() => context.ahead.has(model));
  const described = isOpen ? undefined : await describedWhereCached(context, model, progress);
  if (described === undefined) {
    const runner = await openNow();
    return { runner, known: () => knownAnswers(context, model, progress, runner) };
  }
  await note(described);
  const { runner, ready } = openWhenAsked(described, openNow);
  return { runner, ready, known: () => knownAnswers(context, model, progress, described) };
}

/**
 * What will answer, where the cache has the answer to the first question that is left: it may have them all. undefined where
 * it has not, or where a model's files do not tell what it is.
 */
export async function describedWhereCached(
  context: Pick<RunContext, 'plan' | 'cache'>,
  model: PlannedModel,
  progress: ModelProgress,
): Promise<DescribedRunner | undefined> {
  if (context.cache === undefined || context.plan.cache?.generations === false) return undefined;
  // What is wrong with the model is told when it is opened.
  const described = await model.describe?.().catch(() => undefined);
  if (described === undefined) return undefined;
  const known = await knownAnswers(context, model, progress, described);
  return (await isFirstKnown(context.plan, model, progress, known)) ? described : undefined;
}

/** Reads the samples up to the first that is not done and asks something. */
async function isFirstKnown(
  { dataset, algorithms, seed, repeats }: RunContext['plan'],
  { compose }: PlannedModel,
  progress: ModelProgress,
  known: readonly KnownAnswers[],
): Promise<boolean> {
  const isDone = (index: number) => progress.isDone(index);
  for await (const sample of dataset.samples(() => {}, isDone)) {
    if (isDone(sample.index)) continue;
    const work = planSample(sample, algorithms, compose, seed, repeats?.times ?? 1);
    for (const ask of work.asks.values()) {
      const found = await Promise.all(known.map((source) => source.find(work, ask)));
      if (found.every((answer) => answer === undefined)) return false;
    }
    if (work.asks.size > 0) return true;
  }
  return true;
}

/** The journal's answers first, then the cache's; what a script says is no answer worth keeping. */
async function knownAnswers(
  { plan, cache }: Pick<RunContext, 'plan' | 'cache'>,
  { generate }: PlannedModel,
  progress: ModelProgress,
  runner: Pick<Runner, 'id' | 'isGreedy' | 'isScripted'>,
): Promise<readonly KnownAnswers[]> {
  const journal: KnownAnswers = { find: ({ sample }, { id }) => progress.answer(sample.index, id) };
  if (plan.cache?.generations === false || runner.isScripted === true) return [journal];
  const store = await cache?.get();
  return store === undefined ? [journal] : [journal, new CachedAnswers(store, runner, generate, plan.seed)];
}

function checkSameRunner(model: string, previous: string, now: string): void {
  if (previous === '' || previous === now) return;
  throw new AssayError('RUN_NOT_RESUMABLE', `model ${model} was ${previous} when the run began and is ${now} now`, {
    hint: 'Start a new run, or bring the same weights back.',
  });
}
