import type { AwsConfig, EndpointLimits, Fetch } from '@assay/core';
import type { OwnModel } from '../own/own-model.ts';
import type { OpenSettings } from '../settings/run-settings.ts';
import type { DescribedLocals } from './described-locals.ts';
import type { Notices } from './notices.ts';
import type { RunCosts } from './run-costs.ts';

/** What opening a model may need beside the model. */
export interface OpenContext {
  /** Folder of the config, where its relative paths start. */
  readonly baseDir: string;
  readonly notices: Notices;
  readonly aws?: AwsConfig | undefined;
  readonly settings: OpenSettings;
  /** Models are opened while a run goes on, and this is where it is. */
  readonly place: RunPlace;
  /** Tags what is created, in a step of a pipeline: the execution. @default an id made for the run's folder */
  readonly runId?: string | undefined;
  /** Who to ask about what is created. @default the user */
  readonly owner?: string | undefined;
  /** What models on one endpoint share; without it each has a limit of its own. */
  readonly endpoints?: EndpointLimits | undefined;
  /** Models that the calling program brings, by id. */
  readonly ownModels: ReadonlyMap<string, OwnModel>;
  readonly described: DescribedLocals;
  /** Where variables that the config names are looked up. */
  readonly env: NodeJS.ProcessEnv;
  /** What calls hosts that the config names. */
  readonly fetch: Fetch;
  /** Buckets of other accounts that the config may write to; undefined for any. */
  readonly foreignBuckets?: readonly string[] | undefined;
  /** Counts what is paid for; nothing is counted without it. */
  readonly costs?: RunCosts | undefined;
  /** In a step of a pipeline: what it may deploy, and whether other instances of the job ask the same endpoint. */
  readonly endpoint?: { readonly modelData: string | undefined; readonly isShared: boolean } | undefined;
}

/** Where a run is and what ends it: known once it is planned, which is after its openers are made. */
export class RunPlace {
  #folder = '';
  #signal: AbortSignal | undefined;

  /** Empty before the run has one. What is created in the cloud is listed here first. */
  get folder(): string {
    return this.#folder;
  }

  /** Ends what waits for the cloud, and downloads. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  settle(folder: string, signal: AbortSignal | undefined): void {
    this.#folder = folder;
    this.#signal = signal;
  }
}
