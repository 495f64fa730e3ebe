import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssayError, toAssayError } from '../errors/assay-error.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Artefact, PipelineGraph, PipelineStep, StepInput } from './pipeline-graph.ts';
import { readDecision } from './steps/read-decision.ts';
import type { Decision } from './steps/select-step.ts';
import { stepFolders } from './steps/step-folders.ts';
import { STEP_SETTINGS_FILE, type StepSettings } from './steps/step-settings.ts';

export type StepState = 'succeeded' | 'failed' | 'skipped';

export interface StepOutcome {
  readonly step: string;
  readonly state: StepState;
  readonly attempts: number;
  readonly elapsedMs: number;
  /** Why it failed or was skipped. */
  readonly reason: string | null;
}

/** One instance of a step, to be run as a process of its own. */
export interface StepProcess {
  readonly step: string;
  /** Arguments after `assay step`. */
  readonly command: readonly string[];
  /** The instance's own `/opt/ml`. */
  readonly root: string;
  readonly runId: string;
}

/** Runs `assay step …`; rejects, or resolves with a code other than 0, when it failed. */
export type SpawnStep = (process: StepProcess, signal: AbortSignal) => Promise<number>;

export interface RunLocallyOptions {
  /** Takes every artefact: below it the steps' folders, and `run`, the run folder. */
  readonly folder: string;
  /** What a start on this machine says; without it `given` has the config. */
  readonly settings?: StepSettings & { readonly configFile: string };
  /** Folders of artefacts that were there before, `config` and `dataset` among them. @default none */
  readonly given?: Readonly<Record<Artefact, string>>;
  /** Takes the containers' folders. @default `steps` in the folder */
  readonly scratch?: string;
  /** Names what the steps create. @default the folder's name */
  readonly runId?: string;
  readonly spawnStep: SpawnStep;
  /** Steps that something else stands in for, such as a training job: they succeed at once. @default none */
  readonly standIns?: ReadonlySet<PipelineStep['kind']> | undefined;
  /** Steps under way at a time. @default 2 */
  readonly maxParallelSteps?: number | undefined;
  /** Tries of a step before it counts as failed. @default 2 */
  readonly attempts?: number | undefined;
  readonly signal: AbortSignal;
  readonly onStep?: (event: {
    readonly step: string;
    readonly state: 'started' | StepState;
    readonly reason: string | null;
  }) => void;
}

export interface LocalExecution {
  readonly outcomes: readonly StepOutcome[];
  /** Every step succeeded. */
  readonly succeeded: boolean;
  /** Of the merged evaluation; null when it was not reached. */
  readonly runFolder: string | null;
  /** What the select step decided; null when it was not reached. */
  readonly decision: Decision | null;
}

/**
 * Executes a graph on this machine as SageMaker would: each step a child process with folders like its container's, a
 * folder standing for S3. A second execution into the same folder goes on where the first stopped.
 * @throws AssayError CONFIG_INVALID for a step that only SageMaker can run; what `signal` aborts with
 */
export async function runPipelineLocally(graph: PipelineGraph, options: RunLocallyOptions): Promise<LocalExecution> {
  const finetune = graph.steps.find(({ kind }) => kind === 'finetune');
  if (finetune !== undefined && options.standIns?.has('finetune') !== true) {
    throw new AssayError('CONFIG_INVALID', `${finetune.name} is a training job, which only SageMaker runs`, {
      hint: 'let another model stand in: --local-model ID, or --answers FILE',
    });
  }
  return new LocalPipeline(graph, options).run();
}

/** A link to a file; a copy on systems that allow none. */
async function linkOrCopy(file: string, target: string): Promise<void> {
  await symlink(file, target).catch(() => copyFile(file, target));
}

class LocalPipeline {
  readonly #graph: PipelineGraph;
  readonly #options: RunLocallyOptions;
  readonly #outcomes = new Map<string, StepOutcome>();

  constructor(graph: PipelineGraph, options: RunLocallyOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  async run(): Promise<LocalExecution> {
    const { folder, settings, signal, maxParallelSteps = 2 } = this.#options;
    await nodeStorage.makeFolder(folder);
    if (settings !== undefined) {
      await mkdir(this.#artefact('config'), { recursive: true });
      await writeFile(join(this.#artefact('config'), STEP_SETTINGS_FILE), `${JSON.stringify(settings)}\n`);
    }
    const waiting = new Set(this.#graph.steps);
    const underWay = new Map<string, Promise<void>>();
    while (waiting.size > 0 || underWay.size > 0) {
      for (const step of waiting) {
        // Clean-up goes on after an interruption.
        const isStopped = signal.aborted && step.kind !== 'cleanup';
        if (!isStopped && underWay.size >= maxParallelSteps) continue;
        const ready = isStopped ? 'no' : this.#readiness(step);
        if (ready === 'wait') continue;
        waiting.delete(step);
        if (ready === 'no')
          this.#settle({
            step: step.name,
            state: 'skipped',
            attempts: 0,
            elapsedMs: 0,
            reason: isStopped ? 'interrupted' : 'what it needs did not succeed',
          });
        else
          underWay.set(
            step.name,
            this.#execute(step).finally(() => underWay.delete(step.name)),
          );
      }
      if (underWay.size > 0) await Promise.race(underWay.values());
    }
    signal.throwIfAborted();
    const outcomes = this.#graph.steps.map(({ name }) => this.#outcomes.get(name)!);
    const merge = this.#graph.steps.find(({ kind }) => kind === 'merge');
    const isMerged = merge !== undefined && this.#outcomes.get(merge.name)?.state === 'succeeded';
    return {
      outcomes,
      succeeded: outcomes.every(({ state }) => state === 'succeeded'),
      runFolder: isMerged ? join(folder, 'run') : null,
      decision: await this.#decision(),
    };
  }

  #readiness(step: PipelineStep): 'yes' | 'no' | 'wait' {
    const guards = this.#graph.steps.filter((other) => other.kind === 'gate' && other.guards.includes(step.name));
    const needs = [...step.needs, ...guards.map(({ name }) => ({ step: name, when: 'succeeded' as const }))];
    const states = needs.map(({ step: name, when }) => ({ state: this.#outcomes.get(name)?.state, when }));
    if (states.some(({ state }) => state === undefined)) return 'wait';
    return states.every(({ state, when }) => when === 'ended' || state === 'succeeded') ? 'yes' : 'no';
  }

  async #execute(step: PipelineStep): Promise<void> {
    const { attempts: most = 2, signal, onStep, standIns } = this.#options;
    onStep?.({ step: step.name, state: 'started', reason: null });
    const startedAt = performance.now();
    let attempts = 0;
    let reason: string | null = null;
    do {
      attempts += 1;
      try {
        if (standIns?.has(step.kind) !== true) await this.#perform(step);
        reason = null;
      } catch (thrown) {
        reason = toAssayError(thrown, 'RUNNER_FAILED').message;
      }
    } while (reason !== null && step.kind !== 'gate' && attempts < most && !signal.aborted);
    const state = reason === null ? 'succeeded' : 'failed';
    this.#settle({ step: step.name, state, attempts, elapsedMs: performance.now() - startedAt, reason });
  }

  async #perform(step: PipelineStep): Promise<void> {
    if (step.kind === 'gate') await this.#checkGate(step.selectStep);
    else if ('command' in step) await this.#runInstances(step);
  }

  #settle(outcome: StepOutcome): void {
    this.#outcomes.set(outcome.step, outcome);
    this.#options.onStep?.({ step: outcome.step, state: outcome.state, reason: outcome.reason });
  }

  async #decision(): Promise<Decision | null> {
    const select = this.#graph.steps.find(({ kind }) => kind === 'select');
    if (select === undefined || this.#outcomes.get(select.name)?.state !== 'succeeded') return null;
    return this.#decisionOf(select.name);
  }

  #decisionOf(selectStep: string): Promise<Decision> {
    const select = this.#graph.steps.find(({ name }) => name === selectStep);
    const artefact = select !== undefined && 'output' in select ? select.output : null;
    return readDecision(this.#artefact(artefact ?? 'decision'));
  }

  async #checkGate(selectStep: string): Promise<void> {
    const decision = await this.#decisionOf(selectStep);
    if (!decision.passed) throw new AssayError('RUNNER_FAILED', decision.reason);
  }

  async #runInstances(step: Extract<PipelineStep, { command: readonly string[] }>): Promise<void> {
    const count = step.kind === 'evaluate' ? step.instances : 1;
    const runs = Array.from({ length: count }, async (_, instance) => {
      const { folder, scratch = join(folder, 'steps'), runId = basename(folder) } = this.#options;
      const root = join(scratch, step.name, `instance-${instance}`);
      await this.#prepare(step, root, instance, count);
      const code = await this.#options.spawnStep(
        { step: step.name, command: step.command, root, runId },
        step.kind === 'cleanup' ? new AbortController().signal : this.#options.signal,
      );
      if (code === 0) return;
      const said = await readFile(stepFolders(root).messageFile, 'utf8').catch(() => '');
      throw new AssayError('RUNNER_FAILED', said === '' ? `${step.name} ended with exit code ${code}` : said);
    });
    // All of them end before the step does, so that none goes on behind a second try.
    const failed = (await Promise.allSettled(runs)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Folders as the container has them: links to the artefacts, and for shards this instance's part. */
  async #prepare(
    step: Extract<PipelineStep, { command: readonly string[] }>,
    root: string,
    instance: number,
    instances: number,
  ): Promise<void> {
    const folders = stepFolders(root);
    await rm(root, { recursive: true, force: true });
    for (const input of step.inputs) await this.#prepareInput(input, folders.input(input.name), instance, instances);
    await mkdir(dirname(folders.output), { recursive: true });
    if (step.output === null) await mkdir(folders.output);
    else {
      // Kept between tries: an evaluation continues with its journals. Only a merge begins again.
      const target = this.#artefact(step.output);
      if (step.kind === 'merge') await rm(target, { recursive: true, force: true });
      await mkdir(target, { recursive: true, mode: 0o700 });
      await symlink(target, folders.output, 'junction');
    }
    await mkdir(join(root, 'config'), { recursive: true });
    const hosts = Array.from({ length: instances }, (_, i) => `algo-${i + 1}`);
    const resources = { current_host: hosts[instance], hosts };
    await writeFile(join(root, 'config', 'resourceconfig.json'), JSON.stringify(resources));
  }

  async #prepareInput(
    { artefact, isSharded }: StepInput,
    folder: string,
    instance: number,
    instances: number,
  ): Promise<void> {
    const source = this.#artefact(artefact);
    await mkdir(dirname(folder), { recursive: true });
    // On this machine steps find the dataset where the config says.
    if (artefact === 'dataset' && this.#options.given?.dataset === undefined) return;
    await mkdir(source, { recursive: true });
    if (isSharded !== true) {
      await symlink(source, folder, 'junction');
      return;
    }
    await mkdir(folder);
    const files = (await readdir(source)).sort();
    for (const [i, file] of files.entries())
      if (i % instances === instance) await linkOrCopy(join(source, file), join(folder, file));
  }

  #artefact(artefact: string): string {
    return this.#options.given?.[artefact] ?? join(this.#options.folder, artefact);
  }
}
