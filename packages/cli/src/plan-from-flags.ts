import {
  AssayError,
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

export function planFromFlags(config: ValidConfig, flags: PlanFlags, openers: Openers): Promise<RunPlan> {
  return planRun(config, {
    fetchRemote: (uri) => fetchRemote(uri, { offline: true }),
    ...openers,
    ...(flags.limit === undefined ? {} : { limit: limitOf(flags.limit) }),
    ...(flags.models === undefined ? {} : { models: names(flags.models) }),
    ...(flags.algorithms === undefined ? {} : { algorithms: names(flags.algorithms) }),
    ...(flags.runner === undefined ? {} : { runner: flags.runner }),
    ...(flags.localModel === undefined ? {} : { localModel: flags.localModel }),
    ...(flags.seed === undefined ? {} : { seed: wholeNumber(flags.seed, '--seed') }),
    ...(flags.maxFailures === undefined ? {} : { maxFailures: maxFailuresOf(flags.maxFailures) }),
    ...(flags.strict === undefined ? {} : { strict: true }),
    ...(flags.retryFailed === undefined ? {} : { retryFailed: true }),
    ...(flags.allowCode === undefined ? {} : { allowCode: true }),
    ...(flags.cache === false ? {} : { cacheFolder: answerCacheFolder() }),
    ...(flags.workers === undefined ? {} : { workers: Math.max(1, wholeNumber(flags.workers, '--workers')) }),
    ...(flags.repeat === undefined ? {} : { repeat: Math.max(1, wholeNumber(flags.repeat, '--repeat')) }),
    command: ['assay', ...process.argv.slice(2)],
    versions: { assay: assayVersion(), node: process.version },
  });
}

function names(list: string): string[] {
  return list.split(',').map((name) => name.trim());
}

/** `20`: the first 20 rows; `101-200`: those rows, counted from 1, both ends included. */
export function limitOf(text: string): number | { from: number; to: number } {
  const range = /^([1-9]\d*)-([1-9]\d*)$/.exec(text);
  if (range !== null) return { from: Number(range[1]) - 1, to: Number(range[2]) };
  return wholeNumber(text, '--limit');
}

export function wholeNumber(text: string, flag: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new AssayError('USAGE', `${flag} takes a whole number, not "${text}"`);
}

function maxFailuresOf(text: string): { count: number } | { fraction: number } {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new AssayError('USAGE', `--max-failures takes a count, a share or a percentage, not "${text}"`);
  return text.endsWith('%') || (value > 0 && value < 1) ? { fraction: value } : { count: value };
}
