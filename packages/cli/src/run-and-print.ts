import {
  AssayError,
  executeRun,
  isAssayError,
  type RunPlan,
  type Summary,
  shardText,
  shellCommand,
  type ValidConfig,
} from 'assay/internal';
import { type RunFlags, runSettings } from './flags/run-flags.ts';
import { onInterrupt } from './on-interrupt.ts';
import { printRun, printRunEnd } from './print/print-run.ts';
import { ProgressLine } from './print/progress-line.ts';
import { headLine } from './print/score-table.ts';
import { slowLine } from './print/slow-line.ts';
import { tellOfCode } from './print/tell-of-code.ts';
import { printable } from './print/terminal.ts';
import { resumeCommand } from './resume-command.ts';

/** Who starts run after run. */
export interface RunWatcher {
  /** Ends the run, as Ctrl-C does. */
  readonly signal: AbortSignal;
  onPlan(config: ValidConfig, plan: RunPlan): void;
  onSummary(summary: Summary): void;
}

/** Runs, and prints progress, the table and what was decided. */
export async function runAndPrint(config: ValidConfig, flags: RunFlags, watcher?: RunWatcher): Promise<number> {
  const progress = ProgressLine.onStderr(flags.display);
  const settings = runSettings(flags);
  let interrupt: ReturnType<typeof onInterrupt> | undefined;
  let again: string | undefined;
  try {
    const run = await executeRun(config, settings, {
      notices: progress,
      hooks: progress.hooks,
      onCode: tellOfCode,
      onPlan: (plan) => watcher?.onPlan(config, plan),
      begin: (folder, plan) => {
        // A merge that was stopped is made anew.
        again = flags.parts === undefined ? resumeCommand(plan.command, folder) : shellCommand(plan.command);
        progress.note(headLine(plan));
        for (const note of notesOf(plan)) progress.note(printable(note));
        const isDeployed = plan.models.some(({ kind }) => kind === 'sagemaker');
        interrupt = onInterrupt((text) => progress.note(text), {
          waitsFor: () => (isDeployed ? 'what the run made on SageMaker to be deleted' : undefined),
          told: (error) => withResume(error, again!),
        });
        return AbortSignal.any([interrupt.signal, ...(watcher === undefined ? [] : [watcher.signal])]);
      },
    });
    const slow = slowLine(run.summary.timing);
    if (slow !== undefined) progress.note(slow);
    printRun(run.summary, run.folder, flags, run.manifest.shard !== undefined);
    watcher?.onSummary(run.summary);
    return printRunEnd(run, again!, flags);
  } catch (thrown) {
    progress.end();
    throw again === undefined ? thrown : withResume(thrown, again);
  } finally {
    interrupt?.dispose();
  }
}

/** What was guessed about the data and is suspect about prompts, each once. */
function notesOf({ dataset, models, shard }: RunPlan): readonly string[] {
  const part = shard === undefined ? [] : [`${shardText(shard)}: gates and selection wait for \`assay merge\``];
  return [...part, ...new Set([...(dataset.notes ?? []), ...models.flatMap(({ notes = [] }) => notes)])];
}

/** What was stopped says how it goes on. */
function withResume(thrown: unknown, again: string): unknown {
  if (!isAssayError(thrown) || !(thrown.code === 'RUN_INTERRUPTED' || thrown.code === 'RUN_LIMIT')) return thrown;
  const what = thrown.code === 'RUN_LIMIT' ? 'Raise the limit and continue' : 'Continue';
  return new AssayError(thrown.code, thrown.message, { hint: `${what} with: ${again}` });
}
