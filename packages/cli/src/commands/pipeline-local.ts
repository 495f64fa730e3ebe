import { mkdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  ALGORITHMS,
  AssayError,
  buildPipeline,
  defined,
  isAssayError,
  loadConfig,
  newRunId,
  type PipelineStep,
  type ResolveRunnersOptions,
  RUNS_FOLDER,
  type RunnerKind,
  readSummary,
  requireReach,
  requireValid,
  resolveRunners,
  runFolder,
  runPipelineLocally,
  type StepOutcome,
  type StepSettings,
  type ValidConfig,
  withAnswers,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { spawnSteps } from '../pipeline/spawn-steps.ts';
import { printRun, printSelection } from '../print/print-run.ts';
import { printable } from '../print/terminal.ts';

export interface RunLocalFlags {
  readonly local?: true;
  readonly runner?: RunnerKind;
  readonly localModel?: string;
  readonly answers?: string;
  readonly limit?: number;
  readonly seed?: number;
  readonly maxParallel: number;
  readonly attempts: number;
  readonly registry: string;
  readonly allowCode?: true;
  readonly allowEnv?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly allowFile?: readonly string[];
  readonly output?: string;
  readonly json?: true;
}

/** What AWS does for money, where something on this machine stands in for the models. */
const ON_AWS: ReadonlySet<PipelineStep['kind']> = new Set(['finetune', 'deploy', 'cleanup']);

/** The pipeline on this machine. Exit code 1 when a gate failed, 3 when another step did. */
export async function runLocal(file: string, flags: RunLocalFlags): Promise<number> {
  if (flags.local !== true)
    throw new AssayError('USAGE', 'where should it run?', {
      hint: 'Add --local for this machine; `assay pipeline start` runs it on SageMaker.',
    });
  const loaded = requireValid(await loadConfig(file, { algorithms: ALGORITHMS }));
  const settings = settingsOf(loaded, flags);
  const standIn = standInOf(settings);
  const isStoodIn = Object.keys(standIn).length > 0;
  // Checks now that every model has what stands in for it; the graph stays that of the cloud.
  const able = settings.answers === undefined ? loaded : withAnswers(loaded, settings.answers);
  resolveRunners(able, standIn);
  // What --answers names is the user's own.
  const given = settings.answers === undefined ? [] : [settings.answers];
  await requireReach(able, { ...standIn, ...reachOf(flags), allowFile: [...(flags.allowFile ?? []), ...given] });
  // One machine is one job already.
  const graph = buildPipeline(loaded.config, graphModels(loaded, able, standIn), { isGrouped: false });
  const folder = resolve(flags.output ?? join('.assay', 'pipelines', newRunId(new Date(), loaded.digest)));
  const note = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
  const underWay = new Set<string>();
  const again = relative(process.cwd(), folder) || '.';
  const told = ({ message }: AssayError): AssayError =>
    new AssayError('RUN_INTERRUPTED', message, { hint: `Continue with the same command and -o ${again}` });
  const waitsFor = (): string | undefined => {
    const paid = graph.steps.filter(({ name, kind }) => underWay.has(name) && ON_AWS.has(kind) && !isStoodIn);
    return paid.length === 0 ? undefined : paid.map(({ name }) => name).join(', ');
  };
  const { signal, dispose } = onInterrupt(note, { waitsFor, told });
  const { maxParallel: maxProcesses, attempts } = flags;
  note(`${graph.name}: ${graph.steps.length} steps in ${folder}`);
  for (const text of graph.notes) note(`note ${text}`);
  if (isStoodIn && graph.steps.some(({ kind }) => ON_AWS.has(kind)))
    note(
      `note ${settings.localModel ?? settings.answers ?? settings.runner} stands in: fine-tuning, deployment and clean-up do nothing`,
    );
  try {
    const execution = await runPipelineLocally(graph, {
      folder,
      settings,
      signal,
      standIns: isStoodIn ? ON_AWS : undefined,
      maxParallelSteps: maxProcesses,
      attempts,
      spawnStep: spawnSteps({ graph, logs: join(folder, 'logs'), registry: resolve(flags.registry), maxProcesses }),
      onStep: ({ step, state, reason }) => {
        underWay[state === 'started' ? 'add' : 'delete'](step);
        note(`${step}  ${state}${reason === null ? '' : `: ${reason}`}`);
      },
    });
    if (execution.runFolder !== null) await showRun(execution.runFolder, folder, flags);
    if (execution.decision !== null && flags.json !== true) printSelection(execution.decision.selection);
    return exitCode(graph.steps, execution.outcomes);
  } catch (thrown) {
    if (!isAssayError(thrown) || thrown.code !== 'RUN_INTERRUPTED') throw thrown;
    throw told(thrown);
  } finally {
    dispose();
  }
}

const reachOf = ({ allowEnv, allowHost, allowCode }: RunLocalFlags) => defined({ allowEnv, allowHost, allowCode });

function settingsOf(loaded: ValidConfig, flags: RunLocalFlags): StepSettings & { readonly configFile: string } {
  const { limit, seed, localModel, allowCode, allowEnv, allowHost } = flags;
  const runner = flags.runner ?? (flags.answers === undefined ? undefined : 'scripted');
  return {
    configFile: loaded.file,
    ...defined({ limit, seed, runner, localModel, allowCode, allowEnv, allowHost }),
    ...(flags.allowFile === undefined ? {} : { allowFile: flags.allowFile.map((path) => resolve(path)) }),
    ...(flags.answers === undefined ? {} : { answers: resolve(flags.answers) }),
  };
}

const standInOf = ({ runner, localModel }: StepSettings): ResolveRunnersOptions => defined({ runner, localModel });

/** The models as the config has them; where it cannot say what runs one, as they stand in. */
function graphModels(loaded: ValidConfig, able: ValidConfig, standIn: ResolveRunnersOptions) {
  try {
    return resolveRunners(loaded);
  } catch (thrown) {
    if (Object.keys(standIn).length === 0) throw thrown;
    return resolveRunners(able, standIn);
  }
}

/** Prints the scores, and lists the merged run among this project's runs. */
async function showRun(run: string, folder: string, flags: RunLocalFlags): Promise<void> {
  const files = runFolder(run);
  const summary = await readSummary(files.summary);
  let shown = files;
  if (flags.output === undefined) {
    shown = runFolder(resolve(RUNS_FOLDER, basename(folder)));
    await mkdir(dirname(shown.path), { recursive: true });
    await symlink(run, shown.path, 'junction');
  }
  printRun(summary, shown, defined({ json: flags.json }));
}

function exitCode(steps: readonly PipelineStep[], outcomes: readonly StepOutcome[]): number {
  const failed = outcomes.filter(({ state }) => state === 'failed');
  if (failed.length === 0)
    return outcomes.every(({ state }) => state === 'succeeded') ? EXIT.passed : EXIT.samplesFailed;
  const isGate = ({ step }: StepOutcome): boolean => steps.find(({ name }) => name === step)?.kind === 'gate';
  return failed.every(isGate) ? EXIT.gateFailed : EXIT.samplesFailed;
}
