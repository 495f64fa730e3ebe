import { existsSync } from 'node:fs';
import type { ModelProgress } from './model-progress.ts';
import { type JournalTail, readJournal } from './read-journal.ts';
import type { RunHooks } from './run-events.ts';

/**
 * Takes over what a journal holds and returns how many of its bytes to keep: a torn last line is cut off, and so are
 * lines of a byte range that was never closed. 0 when there is no journal yet.
 */
export async function restoreProgress(
  file: string,
  progress: ReadonlyMap<string, ModelProgress>,
  hooks: RunHooks,
): Promise<number> {
  if (!existsSync(file)) return 0;
  const tail: JournalTail = { wholeBytes: 0, corruptLines: 0 };
  let keepBytes = 0;
  for await (const record of readJournal(file, tail)) {
    if (record.kind === 'sample' && record.ranged === true) continue;
    keepBytes = tail.wholeBytes;
    if (record.kind === 'run') continue;
    const model = progress.get(record.model);
    if (record.kind === 'answer') model?.answers.set(`${record.sample}/${record.ask}`, record.answer);
    else if (record.kind === 'range') model?.addRange(record.first, record.samples, record.accumulator);
    else model?.add(record);
  }
  if (tail.corruptLines > 0) {
    hooks.onWarning?.({
      code: 'RUN_JOURNAL_CORRUPT',
      message: `${tail.corruptLines} journal lines are damaged; their samples run again`,
    });
  }
  return keepBytes;
}
