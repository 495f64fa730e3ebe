import { basename } from 'node:path';
import {
  type Algorithm,
  type CodeModule,
  mergeRuns,
  nodeStorage,
  type RunHooks,
  type RunPlan,
  type RunResult,
  runAccess,
  runEvaluation,
  type Storage,
  sharedStorage,
  type ValidConfig,
} from '@assay/core';
import { composeRun } from '../compose/compose-run.ts';
import { type Notices, SILENT } from '../compose/notices.ts';
import { RunCosts } from '../compose/run-costs.ts';
import { settleResources } from '../compose/settle-resources.ts';
import { joinHooks } from '../observe/join-hooks.ts';
import { openObservers } from '../observe/open-observers.ts';
import type { OwnModel } from '../own/own-model.ts';
import { noteRun } from '../runs/note-run.ts';
import { pickRunFolder } from '../runs/pick-run-folder.ts';
import { stopRequests } from '../runs/stop-request.ts';
import type { RunSettings } from '../settings/run-settings.ts';
import { planConfig } from './plan-config.ts';

/** Who follows a run. */
export interface RunListener {
  /** @default nobody */
  readonly notices?: Notices | undefined;
  readonly hooks?: RunHooks | undefined;
  /** Told of each module before its code runs. */
  readonly onCode?: ((module: CodeModule) => void) | undefined;
  /** Once it is known what will run, and before anything does; what it throws ends the run. */
  onPlan?(plan: RunPlan): void;
  /** Once the run has its folder. @returns what ends the run */
  begin?(folder: string, plan: RunPlan): AbortSignal | undefined;
}

/** What a program brings along that no config can name. */
export interface OwnParts {
  /** By id. */
  readonly models?: ReadonlyMap<string, OwnModel> | undefined;
  /** By name. */
  readonly algorithms?: ReadonlyMap<string, Algorithm> | undefined;
}

/** Plans and runs, and leaves nothing behind that costs money. @throws AssayError */
export async function performRun(
  config: ValidConfig,
  settings: RunSettings,
  listener: RunListener = {},
  own: OwnParts = {},
): Promise<RunResult> {
  const { notices = SILENT } = listener;
  const note = (text: string): void => notices.note(text);
  const { aws } = config.config;
  const costs = await RunCosts.open(config, settings);
  const composition = composeRun(config, { notices, settings, costs, ownModels: own.models });
  const plan = await planConfig(config, settings, composition, {
    onCode: listener.onCode,
    ownAlgorithms: own.algorithms,
  });
  listener.onPlan?.(plan);
  const folder = await pickRunFolder(plan, settings);
  const ended = listener.begin?.(folder, plan);
  const observers = await openObservers(config, settings, note);
  const limits = costs.watch();
  const requests = await stopRequests(folder);
  const signal = AbortSignal.any([limits.signal, requests.signal, ...(ended === undefined ? [] : [ended])]);
  composition.place.settle(folder, signal);
  const notes = noteRun(folder, settings.notes, note);
  try {
    const hooks = joinHooks([listener.hooks ?? {}, notes.hooks, ...observers.hooks]);
    const storage = await storageOf(folder, settings);
    if (settings.parts === undefined) return await runEvaluation(plan, folder, hooks, signal, storage);
    const hint = 'Continue with its shard: the command that it was begun by, with --resume.';
    return await mergeRuns(plan, settings.parts, folder, { run: basename(folder), hint, hooks, signal, storage });
  } finally {
    await notes.written();
    await requests.end();
    limits.dispose();
    await composition.close();
    await observers.close();
    await settleResources(folder, aws, settings, note);
    for (const line of costs.report()) note(line);
  }
}

/** A run that was shared when it began stays so. */
async function storageOf(folder: string, { share }: RunSettings): Promise<Storage> {
  const isShared = share ?? (await runAccess(folder)) === 'shared';
  return isShared ? sharedStorage : nodeStorage;
}
