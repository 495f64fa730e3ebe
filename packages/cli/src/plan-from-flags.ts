import {
  AssayError,
  type CodeModule,
  type DescribeHelper,
  type FetchDataset,
  fetchRemote,
  type OpenHelper,
  planRun,
  type ResolvedModel,
  type Runner,
  type RunnerKind,
  type RunPlan,
  type ValidConfig,
} from '@assay/core';
import { answerCacheFolder } from './answer-cache-folder.ts';
import { assayVersion } from './assay-version.ts';
import { amountFlag, countFlag } from './count-flag.ts';
import { printable } from './print/terminal.ts';

/** Flags that change what runs, the same for every command that plans. */
export interface PlanFlags {
  readonly limit?: string;
  readonly models?: string;
  readonly algorithms?: string;
  readonly runner?: RunnerKind;
  readonly localModel?: string;
  readonly seed?: string;
  readonly maxFailures?: string;
  readonly strict?: true;
  readonly retryFailed?: true;
  readonly repeat?: string;
  readonly workers?: string;
  readonly maxConcurrency?: string;
  readonly allowCode?: true;
  /** false for --no-cache. */
  readonly cache?: boolean;
}

export interface Openers {
  readonly openRunner: (model: ResolvedModel) => Promise<Runner>;
  readonly openHelper: OpenHelper;
  readonly describeHelper?: DescribeHelper;
  /** Brings data behind a URI. @default what is in the cache: planning alone downloads nothing */
  readonly fetchRemote?: FetchDataset;
}

/** @throws AssayError USAGE before anything is read, for a flag that is no number */
export async function planFromFlags(config: ValidConfig, flags: PlanFlags, openers: Openers): Promise<RunPlan> {
  // Needed only where a model is opened, which may be much later.
  concurrencyOf(flags);
  return planRun(config, {
    fetchRemote: (uri) => fetchRemote(uri, { offline: true }),
    ...openers,
    ...(flags.limit === undefined ? {} : { limit: limitOf(flags.limit) }),
    ...(flags.models === undefined ? {} : { models: names(flags.models) }),
    ...(flags.algorithms === undefined ? {} : { algorithms: names(flags.algorithms) }),
    ...(flags.runner === undefined ? {} : { runner: flags.runner }),
    ...(flags.localModel === undefined ? {} : { localModel: flags.localModel }),
    ...(flags.seed === undefined ? {} : { seed: countFlag('--seed', flags.seed, 0) }),
    ...(flags.maxFailures === undefined ? {} : { maxFailures: maxFailuresOf(flags.maxFailures) }),
    ...(flags.strict === undefined ? {} : { strict: true }),
    ...(flags.retryFailed === undefined ? {} : { retryFailed: true }),
    ...(flags.allowCode === undefined ? {} : { allowCode: true, onCode: tellOfCode }),
    ...(flags.cache === false ? {} : { cacheFolder: answerCacheFolder() }),
    ...(flags.workers === undefined ? {} : { workers: workersOf(flags)! }),
    ...(flags.repeat === undefined ? {} : { repeat: countFlag('--repeat', flags.repeat, 1, 10_000) }),
    command: ['assay', ...process.argv.slice(2)],
    versions: { assay: assayVersion(), node: process.version },
  });
}

/** Said whatever the display: code of a config runs with all that this process may do. */
function tellOfCode({ file, sha256 }: CodeModule): void {
  process.stderr.write(`--allow-code runs the code in ${printable(file)} (sha256 ${sha256})\n`);
}

function names(list: string): string[] {
  return list.split(',').map((name) => name.trim());
}

/** `20`: the first 20 rows; `101-200`: those rows, counted from 1, both ends included. */
export function limitOf(text: string): number | { from: number; to: number } {
  const range = /^([1-9]\d*)-([1-9]\d*)$/.exec(text);
  if (range === null) return countFlag('--limit', text, 1);
  const [from, to] = [Number(range[1]), Number(range[2])];
  if (from > to) throw new AssayError('USAGE', `--limit is ${text}`, { hint: `Write ${to}-${from}.` });
  return { from: from - 1, to };
}

/** Sessions of a local model side by side, or threads that score outputs. */
export function workersOf({ workers }: { readonly workers?: string }): number | undefined {
  return workers === undefined ? undefined : countFlag('--workers', workers, 1, 1024);
}

/** Requests to a remote model at a time. */
export function concurrencyOf({ maxConcurrency }: { readonly maxConcurrency?: string }): number | undefined {
  return maxConcurrency === undefined ? undefined : countFlag('--max-concurrency', maxConcurrency, 1, 10_000);
}

/** A count of failures, or a share of the samples as 0.05 or 5%. */
function maxFailuresOf(text: string): { count: number } | { fraction: number } {
  if (text.endsWith('%')) return { fraction: amountFlag('--max-failures', text.slice(0, -1), 'a percentage') / 100 };
  const value = amountFlag('--max-failures', text, 'a count, a share below 1 or a percentage');
  if (value > 0 && value < 1) return { fraction: value };
  return { count: countFlag('--max-failures', text, 0) };
}
