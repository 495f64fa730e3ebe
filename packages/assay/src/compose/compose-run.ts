import {
  AssayError,
  type DescribedRunner,
  type DescribeHelper,
  EndpointLimits,
  type FetchDataset,
  isAssayError,
  type OpenHelper,
  publicFetch,
  type ResolvedModel,
  type Runner,
  type ValidConfig,
} from '@assay/core';
import type { OwnModel } from '../own/own-model.ts';
import type { OpenSettings, RunSettings } from '../settings/run-settings.ts';
import type { DescribedLocals } from './described-locals.ts';
import { datasetFetcher } from './fetch-dataset.ts';
import type { Notices } from './notices.ts';
import { type OpenContext, RunPlace } from './open-context.ts';
import { helperOpeners } from './open-helper.ts';
import { describeLocal } from './open-local.ts';
import { openRunner } from './open-runner.ts';
import type { RunCosts } from './run-costs.ts';
import { SharedRunners } from './shared-runners.ts';

/** What opens everything that a config names: models, helper models, judges, data. */
export interface Composition {
  /** To be settled once the run has a folder. */
  readonly place: RunPlace;
  readonly openRunner: (model: ResolvedModel) => Promise<Runner>;
  /** What a model will be, where its files tell without loading it. */
  readonly describeRunner: (model: ResolvedModel) => Promise<DescribedRunner | undefined>;
  readonly openHelper: OpenHelper;
  readonly describeHelper: DescribeHelper;
  readonly fetchRemote: FetchDataset;
  /** Closes models that several prompts share. */
  close(): Promise<void>;
}

export interface ComposeOptions extends Pick<OpenContext, 'runId' | 'owner' | 'endpoint' | 'costs' | 'aws'> {
  readonly notices: Notices;
  readonly settings: OpenSettings & Pick<RunSettings, 'resume' | 'env' | 'allowHost' | 'isOwn'>;
  readonly costs?: RunCosts | undefined;
  /** Models that the calling program brings, by id. */
  readonly ownModels?: ReadonlyMap<string, OwnModel> | undefined;
  /** Whether remote data is looked at again. @default folders, unless a run is resumed */
  readonly refresh?: 'folders' | boolean | undefined;
  /** Ends downloads that planning makes. */
  readonly signal?: AbortSignal | undefined;
}

/** The one place where what a config names is brought together with what opens it. Nothing is loaded here. */
export function composeRun(config: ValidConfig, options: ComposeOptions): Composition {
  const { notices, settings, signal } = options;
  const { region, profile, assumeRole } = settings;
  const aws = options.aws ?? config.config.aws;
  const place = new RunPlace();
  place.settle('', signal);
  const context = {
    ...options,
    aws,
    baseDir: config.baseDir,
    place,
    endpoints: new EndpointLimits(),
    described: new WeakMap() satisfies DescribedLocals,
    ownModels: options.ownModels ?? new Map(),
    env: settings.env ?? process.env,
    // Names were looked up before; they may lead elsewhere by now.
    fetch: settings.isOwn === true ? fetch : publicFetch(settings.allowHost),
    // A step's were looked at before its pipeline was started.
    foreignBuckets: settings.isOwn === true || options.runId !== undefined ? undefined : (settings.allowHost ?? []),
  };
  const { prompts } = config.config;
  const shared = new SharedRunners(prompts?.length ?? 0, (model) => openRunner(model, context));
  return {
    place,
    openRunner: (model) =>
      saidAt(config, model, () => (prompts === undefined ? openRunner(model, context) : shared.open(model))),
    describeRunner: async (model) => {
      const described = model.runner === 'local' ? await describeLocal(model, context) : undefined;
      return described === undefined || prompts === undefined ? described : shared.passing(model, described);
    },
    close: () => shared.close(),
    ...helperOpeners(config, context),
    fetchRemote: datasetFetcher({
      notices,
      // A run that goes on sees what it began with.
      refresh: options.refresh ?? (settings.resume === undefined ? 'folders' : false),
      signal,
      fetch: context.fetch,
      ...{ region, profile, assumeRole, aws },
    }),
  };
}

/** What is wrong with a model stands where the config names it, unless the fault has a place of its own. */
async function saidAt<T>({ placeOf }: ValidConfig, { index }: ResolvedModel, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (thrown) {
    const isModels = isAssayError(thrown) && /^(MODEL|PACKAGE)_/.test(thrown.code) && thrown.at === undefined;
    if (!isModels) throw thrown;
    throw new AssayError(thrown.code, thrown.message, {
      hint: thrown.hint,
      at: placeOf(['models', index]),
      cause: thrown,
    });
  }
}
