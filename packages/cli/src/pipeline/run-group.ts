import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AssayError,
  buildPipeline,
  type PipelineStep,
  resolveRunners,
  runPipelineLocally,
  STEP_PUBLISH_VARIABLE,
  STEP_RESULTS_VARIABLE,
  type StepConfig,
  type StepFolders,
  type StepOutcome,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { spawnSteps } from './spawn-steps.ts';

/** `--model-data` of a step. */
const MODEL_DATA_VARIABLE = 'ASSAY_MODEL_DATA';

export interface RunGroupOptions {
  /** Of the group, among the pipeline's steps. */
  readonly name: string;
  readonly folders: StepFolders;
  readonly config: StepConfig;
  readonly runId: string;
  readonly registry: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

export interface GroupEnd {
  /** 1 where a gate did not pass. */
  readonly code: number;
  /** Why it failed. */
  readonly reason: string | null;
}

/**
 * Runs the steps of a group in this container, each as a process of its own. What it deployed is deleted however it ends,
 * on SIGTERM too. @throws AssayError RUNNER_FAILED where a step failed; what `signal` aborts with
 */
export async function runGroup(options: RunGroupOptions): Promise<GroupEnd> {
  const { name, folders, config, runId, registry, signal, note } = options;
  const graph = buildPipeline(config.loaded.config, resolveRunners(config.loaded));
  const group = graph.steps.find((step) => step.kind === 'group' && step.name === name);
  if (group?.kind !== 'group') throw new AssayError('USAGE', `the pipeline has no group of steps "${name}"`);
  const own = { ...graph, steps: group.steps };
  const maxProcesses = config.loaded.config.pipeline?.max_parallel_steps ?? availableParallelism();
  const scratch = await mkdtemp(join(tmpdir(), 'assay-group-'));
  try {
    const { outcomes } = await runPipelineLocally(own, {
      folder: folders.output,
      given: Object.fromEntries(group.inputs.map((input) => [input.artefact, folders.input(input.name)])),
      ...{ scratch, runId, signal },
      maxParallelSteps: maxProcesses,
      attempts: 1,
      spawnStep: spawnSteps({
        ...{ graph: own, registry, maxProcesses },
        logs: join(folders.output, 'logs'),
        environmentOf: (step) =>
          environmentOf(
            group,
            group.steps.find((each) => each.name === step),
          ),
      }),
      onStep: ({ step, state, reason }) => note(`${step}  ${state}${reason === null ? '' : `: ${reason}`}`),
    });
    return endOf(group.steps, outcomes);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** As each step's own container would have it. */
function environmentOf(
  { modelData }: Extract<PipelineStep, { kind: 'group' }>,
  step: PipelineStep | undefined,
): NodeJS.ProcessEnv {
  const { [STEP_RESULTS_VARIABLE]: results, [STEP_PUBLISH_VARIABLE]: published } = process.env;
  const isEvaluation = step?.kind === 'evaluate' && results !== undefined;
  const isDeployed = step?.kind === 'deploy' || step?.kind === 'evaluate';
  const data = isDeployed ? modelData.find(({ modelIndex }) => modelIndex === step.modelIndex) : undefined;
  return {
    [MODEL_DATA_VARIABLE]: data === undefined ? undefined : process.env[data.variable],
    [STEP_RESULTS_VARIABLE]: isEvaluation ? `${results}/${step.output}` : undefined,
    [STEP_PUBLISH_VARIABLE]: step?.kind === 'merge' ? published : undefined,
  };
}

function endOf(steps: readonly PipelineStep[], outcomes: readonly StepOutcome[]): GroupEnd {
  const failed = outcomes.filter(({ state }) => state === 'failed');
  const [first] = failed;
  if (first === undefined) return { code: EXIT.passed, reason: null };
  const isGate = ({ step }: StepOutcome): boolean => steps.find(({ name }) => name === step)?.kind === 'gate';
  if (failed.every(isGate)) return { code: EXIT.gateFailed, reason: first.reason };
  throw new AssayError('RUNNER_FAILED', `${first.step}: ${first.reason}`);
}
