import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ModelAnswer } from '../algorithms/algorithm.ts';
import type { MaxFailures } from '../config/schema/run-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import { Accumulator } from '../results/accumulator.ts';
import { createRunFolder, type RunFolder, writeJsonFile } from '../results/run-folder.ts';
import { summariseModel } from '../results/summarise.ts';
import type { Manifest, ModelSummary, ScoreSummary, Summary } from '../results/summary.ts';
import { datasetAnswers } from './dataset-answers.ts';
import { HelperDesk } from './helper-desk.ts';
import { Journal } from './journal.ts';
import type { SampleRecord } from './journal-record.ts';
import { Latencies } from './latencies.ts';
import { type KnownAnswers, ModelRun } from './model-run.ts';
import { outputsRunner } from './outputs-runner.ts';
import { type JournalTail, readJournal } from './read-journal.ts';
import type { RunHooks } from './run-events.ts';
import { lockRun } from './run-lock.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

export interface RunResult {
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  readonly summary: Summary;
}

/** What is known of one model while the run goes on. */
interface ModelProgress {
  readonly accumulator: Accumulator;
  readonly latencies: Latencies;
  /** Indices whose sample line is on disk. */
  readonly done: Set<number>;
  /** Answers of samples that were not finished: `index/ask` → answer. */
  readonly answers: Map<string, ModelAnswer>;
  runner: string;
}

/**
 * Executes a plan into a folder, or goes on with what the folder's journal already holds.
 * Throws RUN_INTERRUPTED when `signal` aborts; everything scored until then is on disk.
 */
export async function runEvaluation(
  plan: RunPlan,
  path: string,
  hooks: RunHooks,
  signal: AbortSignal,
): Promise<RunResult> {
  const folder = await createRunFolder(path);
  const unlock = await lockRun(path);
  try {
    const startedAt = new Date();
    const previous = await readManifest(folder);
    if (previous !== undefined) checkSamePlan(previous, plan, path);
    const progress = new Map(plan.models.map(({ name }) => [name, newProgress(plan)]));
    const tail = await restore(folder, progress, hooks);
    const journal = await Journal.open(folder.journal, tail?.wholeBytes);
    const badRows = new Set<string>();
    try {
      const run = previous?.run ?? basename(path);
      if (tail === undefined || tail.wholeBytes === 0)
        await journal.append({ kind: 'run', format: 1, run, planDigest: plan.digest });
      const manifest = previous ?? newManifest(plan, run, startedAt);
      if (previous === undefined) await writeJsonFile(folder.manifest, manifest);
      for (const model of plan.models) {
        await runModel(plan, model, progress.get(model.name)!, previous, journal, badRows, hooks, signal);
      }
      await journal.flush();
      const finished = { ...manifest, models: [...progress].map(([name, { runner }]) => ({ name, runner })) };
      await writeJsonFile(folder.manifest, finished);
      const summary = summarise(plan, run, progress, badRows.size, startedAt);
      await writeJsonFile(folder.summary, summary);
      return { folder, manifest: finished, summary };
    } finally {
      await journal.close();
    }
  } finally {
    await unlock();
  }
}

async function runModel(
  plan: RunPlan,
  model: PlannedModel,
  progress: ModelProgress,
  previous: Manifest | undefined,
  journal: Journal,
  badRows: Set<string>,
  hooks: RunHooks,
  signal: AbortSignal,
): Promise<void> {
  const { total } = plan.dataset;
  hooks.onModelStart?.({ model: model.name, total, alreadyDone: progress.done.size });
  const knownRunner = previous?.models.find(({ name }) => name === model.name)?.runner ?? '';
  if (total !== null && progress.done.size >= total && knownRunner !== '') {
    progress.runner = knownRunner;
    hooks.onModelEnd?.({ model: model.name });
    return;
  }
  const runner = model.open === null ? outputsRunner() : await model.open();
  const helpers = new HelperDesk(plan.openHelper);
  const limit = new AbortController();
  let failures = progress.accumulator.cell.states.failed + progress.accumulator.cell.states.timed_out;
  const known: KnownAnswers[] = [{ find: ({ sample }, ask) => progress.answers.get(`${sample.index}/${ask.id}`) }];
  if (model.open === null) known.push(datasetAnswers);
  try {
    progress.runner = runner.id;
    if (knownRunner !== '' && knownRunner !== runner.id) {
      throw new AssayError(
        'RUN_NOT_RESUMABLE',
        `model ${model.name} was ${knownRunner} when the run began and is ${runner.id} now`,
        {
          hint: 'Start a new run, or bring the same weights back.',
        },
      );
    }
    const modelRun = new ModelRun({
      model: model.name,
      runner,
      generate: model.generate,
      compose: model.compose,
      instances: plan.algorithms,
      samples: plan.dataset.samples((row) => {
        const place = `${row.file}:${row.line}`;
        if (badRows.has(place)) return;
        badRows.add(place);
        hooks.onWarning?.({ code: 'DATASET_SYNTAX', message: `${place}  ${row.message}` });
      }),
      seed: plan.seed,
      isDone: (index) => progress.done.has(index),
      known,
      journal,
      helpers,
      onDone: (record) => {
        count(progress, record);
        if (record.state !== 'failed' && record.state !== 'timed_out') return;
        failures += 1;
        if (exceeds(failures, plan.maxFailures, total)) limit.abort(tooManyFailures(model.name, failures, record));
      },
      hooks,
      signal: AbortSignal.any([signal, limit.signal]),
    });
    await modelRun.run();
  } finally {
    await helpers.close();
    await runner.close();
  }
  hooks.onModelEnd?.({ model: model.name });
}

function count(progress: ModelProgress, record: SampleRecord): void {
  progress.done.add(record.sample);
  progress.accumulator.add(record);
  progress.latencies.add(record);
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
    {
      hint: 'Mend the cause and go on with --resume, or raise max_failures.',
    },
  );
}

async function restore(
  folder: RunFolder,
  progress: ReadonlyMap<string, ModelProgress>,
  hooks: RunHooks,
): Promise<JournalTail | undefined> {
  if (!existsSync(folder.journal)) return undefined;
  const tail: JournalTail = { wholeBytes: 0, corruptLines: 0 };
  for await (const record of readJournal(folder.journal, tail)) {
    if (record.kind === 'run') continue;
    const model = progress.get(record.model);
    if (model === undefined) continue;
    if (record.kind === 'answer') model.answers.set(`${record.sample}/${record.ask}`, record.answer);
    else if (!model.done.has(record.sample)) count(model, record);
  }
  if (tail.corruptLines > 0) {
    hooks.onWarning?.({
      code: 'RUN_JOURNAL_CORRUPT',
      message: `${tail.corruptLines} journal lines are damaged; their samples run again`,
    });
  }
  return tail;
}

function newProgress(plan: RunPlan): ModelProgress {
  return {
    accumulator: new Accumulator(plan.algorithms),
    latencies: new Latencies(),
    done: new Set(),
    answers: new Map(),
    runner: '',
  };
}

async function readManifest(folder: RunFolder): Promise<Manifest | undefined> {
  if (!existsSync(folder.manifest)) return undefined;
  return JSON.parse(await readFile(folder.manifest, 'utf8')) as Manifest;
}

function checkSamePlan(previous: Manifest, plan: RunPlan, path: string): void {
  const changed =
    previous.configDigest !== plan.digest
      ? 'the config or its options changed'
      : JSON.stringify(previous.dataset.files.map(({ sha256 }) => sha256)) !==
          JSON.stringify(plan.dataset.files.map(({ sha256 }) => sha256))
        ? 'the dataset changed'
        : undefined;
  if (changed === undefined) return;
  throw new AssayError('RUN_NOT_RESUMABLE', `${path} holds another run: ${changed}`, {
    hint: 'Start a new run (answers that are still valid come from the cache), or undo the change.',
  });
}

function newManifest(plan: RunPlan, run: string, startedAt: Date): Manifest {
  const { dataset, configFile, configText, digest, command, algorithms, models, seed, versions } = plan;
  return {
    format: 1,
    run,
    createdAt: startedAt.toISOString(),
    command,
    configFile,
    configText,
    configDigest: digest,
    dataset: { name: dataset.name, files: dataset.files, samples: dataset.total ?? 0 },
    models: models.map(({ name }) => ({ name, runner: '' })),
    algorithms: algorithms.map(({ label, signature }) => ({ name: label, signature })),
    seed,
    versions,
    platform: `${process.platform}-${process.arch} node ${process.version}`,
    commit: null,
  };
}

function summarise(
  plan: RunPlan,
  run: string,
  progress: ReadonlyMap<string, ModelProgress>,
  badRows: number,
  startedAt: Date,
): Summary {
  const models: ModelSummary[] = [];
  const scores: ScoreSummary[] = [];
  let samples = 0;
  for (const [name, { accumulator, runner, done }] of progress) {
    const summary = summariseModel(name, runner, accumulator, plan.algorithms);
    models.push(summary.model);
    scores.push(...summary.scores);
    samples = Math.max(samples, done.size);
  }
  const endedAt = new Date();
  const elapsedMs = endedAt.getTime() - startedAt.getTime();
  return {
    format: 1,
    run,
    dataset: { name: plan.dataset.name, samples, badRows },
    seed: plan.seed,
    models,
    scores,
    comparisons: [],
    timing: {
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      elapsedMs,
      latencyMs: Object.fromEntries([...progress].map(([name, { latencies }]) => [name, latencies.summary()])),
      newTokensPerSecond: Object.fromEntries(
        models.map(({ name, newTokens }) => [name, newTokens / (elapsedMs / 1000)]),
      ),
    },
  };
}
