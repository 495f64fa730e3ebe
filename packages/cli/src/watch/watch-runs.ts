import { basename, resolve } from 'node:path';
import { AssayError, isAssayError, type RunPlan, type Summary, type ValidConfig } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import type { RunFlags } from '../flags/run-flags.ts';
import { printError } from '../print/print-error.ts';
import { scoreChanges } from '../print/score-changes.ts';
import { printable } from '../print/terminal.ts';
import type { RunWatcher } from '../run-and-print.ts';
import { ChangeWatch } from './change-watch.ts';
import { watchedFiles } from './watched-files.ts';

/** Loads the config and runs it. */
export type RunOnce = (watcher: RunWatcher) => Promise<number>;

/**
 * Runs, waits until the config or one of its files changes, and runs again; what models answered before comes from the
 * cache. A change during a run ends that run. Ctrl-C ends it all.
 */
export async function watchRuns(config: string, flags: RunFlags, runOnce: RunOnce): Promise<number> {
  refuse(flags);
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort(interrupted());
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const changes = await ChangeWatch.open([resolve(config)]);
  const files = new Set([resolve(config)]);
  let before: Summary | undefined;
  let code: number = EXIT.passed;
  try {
    while (!stop.signal.aborted) {
      const change = changes.nextChange();
      const changed = new AbortController();
      change.addEventListener('abort', () => changed.abort(interrupted()), { once: true });
      const watcher: RunWatcher = {
        signal: AbortSignal.any([stop.signal, changed.signal]),
        onPlan: (loaded: ValidConfig, plan: RunPlan) => {
          const found = watchedFiles(loaded, plan);
          changes.add(found.filter((file) => !files.has(file)));
          for (const file of found) files.add(file);
        },
        onSummary: (summary) => {
          if (before !== undefined) (flags.json ? process.stderr : process.stdout).write(scoreChanges(before, summary));
          before = summary;
        },
      };
      code = await runOnce(watcher).catch((thrown: unknown) => {
        // A change asks for another run, not for a word about the one that it ended.
        if (isAssayError(thrown) && thrown.code === 'CONFIG_NOT_FOUND' && before === undefined) throw thrown;
        const isChange = change.aborted && isAssayError(thrown) && thrown.code === 'RUN_INTERRUPTED';
        return isChange && !stop.signal.aborted ? EXIT.passed : printError(thrown);
      });
      if (stop.signal.aborted) return code;
      note(flags, `watching ${files.size} ${files.size === 1 ? 'file' : 'files'}; Ctrl-C ends`);
      await firstOf(change, stop.signal);
      if (change.aborted) {
        const names = (change.reason as readonly string[]).map((path) => printable(basename(path)));
        note(flags, `${names.join(', ')} changed`);
      }
    }
    return EXIT.passed;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await changes.close();
  }
}

function refuse({ resume, output, retryFailed }: RunFlags): void {
  if (resume === undefined && output === undefined && retryFailed === undefined) return;
  throw new AssayError('USAGE', '--watch makes a run of each change, and goes with neither --resume nor --output', {
    hint: 'Leave these out: answers that are still valid come from the cache.',
  });
}

function interrupted(): AssayError {
  return new AssayError('RUN_INTERRUPTED', 'interrupted; what was scored is on disk');
}

function note({ display }: RunFlags, text: string): void {
  if (display !== 'none') process.stderr.write(`\n${text}\n`);
}

function firstOf(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  return new Promise((done) => {
    if (any.aborted) done();
    any.addEventListener('abort', () => done(), { once: true });
  });
}
