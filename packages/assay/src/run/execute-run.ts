import {
  type GateResult,
  type InconclusivePolicy,
  inconclusivePolicy,
  type RunPlan,
  type RunResult,
  type Selection,
  type ValidConfig,
} from '@assay/core';
import { SILENT } from '../compose/notices.ts';
import { publishIfAsked } from '../runs/publish-run.ts';
import { prepareGates } from '../runs/run-gates.ts';
import { selectFromRun } from '../runs/select-from-run.ts';
import { writeRunReport } from '../runs/write-run-report.ts';
import type { RunSettings } from '../settings/run-settings.ts';
import { type OwnParts, performRun, type RunListener } from './perform-run.ts';

/** A run with its page and what was decided by it. */
export interface ExecutedRun extends RunResult {
  /** The model that the config's `selection` chooses; why none could be. */
  readonly choice: PromiseSettledResult<Selection | undefined>;
  /** How the gates of the config and the settings ended; why they could not be checked. */
  readonly gates: PromiseSettledResult<readonly GateResult[]>;
  /** What an inconclusive gate means. */
  readonly onInconclusive: InconclusivePolicy;
}

/**
 * Plans, runs, chooses, checks gates, writes the page and publishes; of a shard of a run, which is to be merged, nothing is
 * chosen, checked, written or published. What is wrong with a decision is told once the page
 * is there, as a rejected `choice` or `gates`. @throws AssayError
 */
export async function executeRun(
  config: ValidConfig,
  settings: RunSettings,
  listener: RunListener = {},
  own: OwnParts = {},
): Promise<ExecutedRun> {
  const { selection, gates: stated = [], aws } = config.config;
  const note = (text: string): void => (listener.notices ?? SILENT).note(text);
  const gates = prepareGates([...stated, ...(settings.failOn ?? [])], config.baseDir);
  let isShard = false;
  const onPlan = (plan: RunPlan): void => {
    isShard = plan.shard !== undefined;
    gates.checkPlan(plan);
    listener.onPlan?.(plan);
  };
  const result = await performRun(config, settings, { ...listener, onPlan }, own);
  const { folder, summary, scored } = result;
  const [choice, checked] = await Promise.allSettled([
    selection === undefined || isShard
      ? undefined
      : selectFromRun(folder, selection, { run: scored }).then((chosen) => chosen.selection),
    isShard ? [] : gates.results(scored),
  ]);
  const known = checked.status === 'fulfilled' ? checked.value : [];
  if (settings.page !== false && !isShard)
    await writeRunReport(folder, folder.report, note, { checked: known, scored });
  if (!isShard) await publishIfAsked(summary, { folder: folder.path, aws, selection: settings, note });
  const onInconclusive = inconclusivePolicy(
    settings.onInconclusive ?? config.config.on_inconclusive,
    settings.env ?? {},
  );
  return { ...result, choice, gates: checked, onInconclusive };
}
