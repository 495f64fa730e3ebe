import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithProcess, type PipelineGraph, type SpawnStep, type StepProcess } from 'assay/internal';
import { PAID_STEPS } from './paid-steps.ts';

/** Milliseconds that a step has to end once it is told to; a command has 1,500. */
const PATIENCE_MS = 1_000;

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

export interface SpawnStepsOptions {
  readonly graph: PipelineGraph;
  /** Takes what the steps print, a file for each instance. */
  readonly logs: string;
  /** Where models are registered: a folder, or `sagemaker`. */
  readonly registry: string;
  /** Processes at a time, over all steps and instances. */
  readonly maxProcesses: number;
  /** Variables of a step's own, by its name; undefined takes one away. @default none */
  readonly environmentOf?: (step: string) => NodeJS.ProcessEnv;
}

/** Runs each step as `assay step …` in a process of its own, as a container would. */
export function spawnSteps(options: SpawnStepsOptions): SpawnStep {
  const { graph, maxProcesses } = options;
  let underWay = 0;
  const waiting: (() => void)[] = [];
  const turn = async (): Promise<void> => {
    if (underWay >= maxProcesses) await new Promise<void>((go) => waiting.push(go));
    underWay += 1;
  };
  return async (step, signal) => {
    await turn();
    try {
      // One that was told to stop while it waited for its turn never starts.
      signal.throwIfAborted();
      return await runProcess(step, [...step.command, ...groupOf(graph, step)], options, signal);
    } finally {
      underWay -= 1;
      waiting.shift()?.();
    }
  };
}

/** A rendered pipeline names the group in the arguments of its container, too. */
function groupOf({ steps }: PipelineGraph, { step }: StepProcess): string[] {
  const found = steps.find(({ name }) => name === step);
  if (found?.kind !== 'register') return [];
  return ['--group', found.group];
}

async function runProcess(
  { step, root, runId }: StepProcess,
  args: readonly string[],
  { logs, registry, environmentOf }: SpawnStepsOptions,
  signal: AbortSignal,
): Promise<number> {
  const isPaid = PAID_STEPS.has(args[0] ?? '');
  await mkdir(logs, { recursive: true });
  const log = createWriteStream(join(logs, `${step}-${basename(root)}.log`), { flags: 'a' });
  const child = spawn(process.execPath, [MAIN, 'step', ...args], {
    env: {
      ...process.env,
      ...environmentOf?.(step),
      ASSAY_ML_ROOT: root,
      ASSAY_RUN_ID: runId,
      ASSAY_REGISTRY: registry,
    },
    // The channel carries nothing: it closes when this process is gone, and the step ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C reaches the steps once, through us, and leaves those that clean up alone.
    detached: process.platform !== 'win32',
  });
  // What deploys or cleans up is told by the channel, and goes on until nothing is left that costs money.
  if (!isPaid) endWithProcess(child);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    // It runs code of a config, which may never let go of its thread. What it scored is on disk.
    if (!isPaid) late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code ?? 128;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
    log.end();
  }
}
