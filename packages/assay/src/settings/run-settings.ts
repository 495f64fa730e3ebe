import type { InconclusivePolicy, MaxFailures, PlanOptions, RunNotes, RunPart } from '@assay/core';
import type { ObserveSettings } from '../observe/open-observers.ts';
import type { ReachGrants, ReachSettings } from '../reach/reach.ts';

/** Where AWS is called, and as whom. */
export interface AwsSelection {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** ARN of a role to take on for the calls of this process. */
  readonly assumeRole?: string | undefined;
}

/** How models are opened. */
export interface OpenSettings extends AwsSelection {
  /** Execution role of what SageMaker deploys. */
  readonly roleArn?: string | undefined;
  readonly acceptEula?: boolean | undefined;
  /** Requests to a remote model at a time. */
  readonly maxConcurrency?: number | undefined;
  /** Sessions of a local model side by side, and threads that score. @default the cores */
  readonly workers?: number | undefined;
}

/** What a run may cost. */
export interface CostSettings {
  /** YAML file of prices, from the working folder. @default `prices` of the config */
  readonly prices?: string | undefined;
  /** In the currency of the prices. */
  readonly maxCost?: number | undefined;
  readonly maxRuntimeMs?: number | undefined;
}

/** What runs, over what the config says. */
export interface PlanSettings
  extends Pick<
      PlanOptions,
      | 'limit'
      | 'models'
      | 'algorithms'
      | 'runner'
      | 'localModel'
      | 'seed'
      | 'strict'
      | 'retryFailed'
      | 'repeat'
      | 'shard'
    >,
    Pick<ReachSettings, keyof ReachGrants | 'isOwn'> {
  readonly maxFailures?: MaxFailures | undefined;
  readonly workers?: number | undefined;
  /** False asks again what the cache could answer, and keeps nothing. @default true */
  readonly cache?: boolean | undefined;
}

/** All that a run may be told beside its config. */
export interface RunSettings extends PlanSettings, OpenSettings, CostSettings, ObserveSettings {
  /** Continue with an interrupted run: the last one of this config (true), or the one named. */
  readonly resume?: string | true | undefined;
  /** The run folder. @default .assay/runs/<time>-<digest> */
  readonly output?: string | undefined;
  /** Others may read the run, as the umask says. @default the folder is 0700, its files are 0600 */
  readonly share?: boolean | undefined;
  /** The runs of all shards: they are put together, and no model is asked. */
  readonly parts?: readonly RunPart[] | undefined;
  /** What to call the run and say of it. @default nothing */
  readonly notes?: Partial<Pick<RunNotes, 'name' | 'tags' | 'note'>> | undefined;
  /** Gates beside those of the config. */
  readonly failOn?: readonly string[] | undefined;
  /** Whether report.html is written. @default true */
  readonly page?: boolean | undefined;
  /** What a gate means that the samples cannot answer, before the config's. @default `fail` in CI, else `warn` */
  readonly onInconclusive?: InconclusivePolicy | undefined;
  /** How the run was started, for its manifest. */
  readonly command?: readonly string[] | undefined;
}
