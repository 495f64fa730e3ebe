import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  AssayError,
  type AwsConfig,
  type EndpointLimits,
  type Instances,
  type ResolvedModel,
  type Runner,
  type RunnerHooks,
} from '@assay/core';
import type { Dtype } from '@assay/runner-local';
import { owner } from './owner.ts';
import { concurrencyOf, workersOf } from './plan-from-flags.ts';
import type { ProgressLine } from './print/progress-line.ts';
import { printable } from './print/terminal.ts';
import { workerDeathLine } from './print/worker-death-line.ts';
import type { RunCosts } from './run-costs.ts';

/** What opening a runner may need beside its model. */
export interface RunnerContext {
  /** Folder of the config, where its relative paths start. */
  readonly baseDir: string;
  readonly progress: ProgressLine;
  readonly aws?: AwsConfig | undefined;
  readonly flags: AwsFlags;
  /** The run's folder, known once the plan is made: what is created in the cloud is listed there first. */
  readonly runPath: () => string;
  /** Tags what is created, in a step of a pipeline: the execution. @default an id made for the run's folder */
  readonly runId?: string | undefined;
  /** Who to ask about what is created. @default the user */
  readonly owner?: string | undefined;
  /** What models on one endpoint share; without it each has a limit of its own. */
  readonly endpoints?: EndpointLimits | undefined;
  /** Counts what is paid for; nothing is counted without it. */
  readonly costs?: RunCosts | undefined;
  /** In a step of a pipeline: what it may deploy, and whether other instances of the job ask the same endpoint. */
  readonly endpoint?: { readonly modelData: string | undefined; readonly isShared: boolean } | undefined;
  /** Ends what waits for the cloud, and downloads. */
  readonly signal?: (() => AbortSignal | undefined) | undefined;
}

export interface AwsFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly assumeRole?: string;
  readonly roleArn?: string;
  readonly acceptEula?: true;
  readonly maxConcurrency?: string;
  readonly workers?: string;
}

/** Opens what answers for a model. Each runner's package is loaded only here, only when a config names it. */
export async function openRunner(model: ResolvedModel, context: RunnerContext): Promise<Runner> {
  const { costs } = context;
  costs?.checkTokens(model);
  const runner = await openBare(model, context);
  return costs === undefined ? runner : costs.metered(runner, model);
}

async function openBare(model: ResolvedModel, context: RunnerContext): Promise<Runner> {
  const { baseDir, progress, aws, flags } = context;
  const concurrency = concurrencyOf(flags);
  switch (model.runner) {
    case 'local': {
      const { openLocalModel } = await import('@assay/runner-local');
      const {
        model: name,
        batch_size: batchSize,
        threads,
        workers: configured,
        isolate,
        unpack,
        device,
        spinning,
        revision,
        dtype,
        memory_limit_mb: memoryLimitMb,
      } = model.local;
      const workers = workersOf(flags) ?? configured;
      const memoryLimitBytes = memoryLimitMb === undefined ? undefined : memoryLimitMb * 2 ** 20;
      const causal = { batchSize, threads, workers, isolate, unpack, device, spinning, memoryLimitBytes };
      return openLocalModel(besideConfig(name, baseDir), {
        revision,
        dtype: dtype as Dtype | undefined,
        causal: Object.fromEntries(Object.entries(causal).filter(([, value]) => value !== undefined)),
        texts: { threads: workers, sessionThreads: threads, device, spinning, memoryLimitBytes },
        hooks: loadHooks(progress, model.name),
        signal: context.signal?.(),
      });
    }
    case 'scripted': {
      const { createScriptedRunner } = await import('@assay/core');
      const { answers, delay_ms: delayMs, otherwise } = model.scripted;
      const atOnce = concurrency ?? model.scripted.concurrency;
      return createScriptedRunner({ answers: besideConfig(answers, baseDir), delayMs, otherwise, concurrency: atOnce });
    }
    case 'openai': {
      const { createOpenaiRunner } = await import('@assay/core');
      return createOpenaiRunner(model, { concurrency, endpoints: context.endpoints });
    }
    case 'bedrock': {
      const { createBedrockRunner, resolveAwsSettings } = await import('@assay/runner-sagemaker');
      const settings = await resolveAwsSettings({ ...flags, aws, modelRegion: model.bedrock.region });
      return createBedrockRunner(model, { ...settings, concurrency });
    }
    case 'sagemaker': {
      const sagemaker = await import('@assay/runner-sagemaker');
      const settings = await sagemaker.resolveAwsSettings({ ...flags, aws, modelRegion: model.sagemaker.region });
      const ledgerFile = join(context.runPath(), sagemaker.LEDGER_FILE);
      const costed = costedInstances(context);
      return sagemaker.openSageMakerRunner(model, {
        ...settings,
        concurrency,
        endpoints: context.endpoints,
        runId: context.runId ?? (await sagemaker.ownershipId(ledgerFile, basename(context.runPath()))),
        ledgerFile,
        owner: context.owner ?? owner(),
        aws,
        roleArn: flags.roleArn,
        acceptEula: flags.acceptEula,
        prices: context.costs?.prices,
        signal: context.signal?.(),
        ...context.endpoint,
        deployHooks: {
          onPlanned: costed.plan,
          onCreating: ({ kind, name }) => {
            progress.note(`creating ${kind} ${printable(name)}`);
            if (kind === 'endpoint' || kind === 'transform-job') costed.start(name);
          },
          onTakenOver: ({ endpoint }) => {
            progress.note(`endpoint ${printable(endpoint)} is this run's own: going on with it`);
            costed.start(endpoint);
          },
          onJob: ({ job, status, elapsedMs }) => {
            progress.note(`transform job ${printable(job)} is ${status} after ${Math.round(elapsedMs / 1000)} s`);
            if (status !== 'InProgress' && status !== 'Stopping') costed.stop(job);
          },
          onEndpoint: ({ endpoint, status, elapsedMs }) =>
            progress.note(`${printable(endpoint)} is ${status} after ${Math.round(elapsedMs / 1000)} s`),
          onDeleted: ({ kind, name }) => {
            progress.note(`${kind === 'transform-job' ? 'stopped' : 'deleted'} ${kind} ${printable(name)}`);
            if (kind === 'endpoint' || kind === 'transform-job') costed.stop(name);
          },
          onKept: ({ endpoint, hourlyCost, command }) =>
            progress.note(`kept endpoint ${printable(endpoint)} (${hourlyCost}); remove it with: ${command}`),
          onLeft: ({ kind, name, error }) =>
            progress.note(
              `could not delete ${kind} ${printable(name)}: ${printable(error.message)}; \`assay pipeline sweep\` will`,
            ),
        },
      });
    }
    case 'outputs':
      throw new AssayError('RUNNER_CAPABILITY', 'the dataset holds the outputs: there is no model to open');
  }
}

/** Says what an endpoint costs before it is created, and charges for it until it is deleted. */
function costedInstances({ costs, progress }: RunnerContext): {
  readonly plan: (event: { readonly name: string; readonly instances: Instances }) => void;
  readonly start: (name: string) => void;
  readonly stop: (name: string) => void;
} {
  const planned = new Map<string, Instances>();
  return {
    plan: ({ name, instances }) => {
      planned.set(name, instances);
      if (costs !== undefined) progress.note(`estimate ${printable(`${name}: ${costs.estimate(instances)}`)}`);
    },
    start: (name) => {
      const instances = planned.get(name);
      if (instances !== undefined) costs?.start(name, instances);
    },
    stop: (name) => costs?.stop(name),
  };
}

/** What is told while a model is fetched, checked and loaded. */
export function loadHooks(progress: ProgressLine, name = ''): RunnerHooks {
  const told = new Set<string>();
  return {
    onLoad: ({ phase, model, doneBytes, totalBytes }) => {
      if (phase === 'download' && doneBytes !== undefined) progress.transfer(model, doneBytes, totalBytes ?? null);
      const key = `${phase} ${model}`;
      if (phase === 'ready' || told.has(key)) return;
      told.add(key);
      const size = totalBytes === undefined ? '' : ` (${(totalBytes / 1e6).toFixed(0)} MB)`;
      progress.note(`${PHASES[phase]} ${printable(model)}${size}`);
    },
    onTokens: ({ newTokens }) => progress.addTokens(name, newTokens),
    onWorkerDeath: (death) => progress.note(printable(workerDeathLine(death))),
  };
}

const PHASES = {
  verify: 'verifying',
  download: 'downloading',
  unpack: 'unpacking, once, the weights of',
  load: 'loading',
} as const;

/** Paths in a config start at its own folder; what is not there is a path from here, or a name. */
export function besideConfig(path: string, baseDir: string): string {
  const beside = resolve(baseDir, path);
  return existsSync(beside) ? beside : path;
}
