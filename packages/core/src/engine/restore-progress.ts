import { existsSync } from 'node:fs';
import type { ModelProgress } from './model-progress.ts';
import { type JournalTail, readJournal } from './read-journal.ts';
import type { RunHooks } from './run-events.ts';
import type { BadRowReport } from './run-plan.ts';

/**
 * Takes over what a journal holds and returns how many of its bytes to keep: a torn last record is cut off. 0 when there is no journal yet.
 */
export async function restoreProgress(
  file: string,
  progress: ReadonlyMap<string, ModelProgress>,
  hooks: RunHooks,
  onBadRow: (row: BadRowReport) => void,
): Promise<number> {
  if (!existsSync(file)) return 0;
  const tail: JournalTail = { wholeBytes: 0, corruptLines: 0 };
  for await (const record of readJournal(file, tail)) {
    if (record.kind === 'run') continue;
    if (record.kind === 'range') {
      const { model, first, samples, accumulator, badRows } = record.range;
      for (const row of badRows) onBadRow(row);
      progress.get(model)?.addRange(first, samples, accumulator);
      continue;
    }
    const model = progress.get(record.model);
    if (record.kind === 'answer') model?.answers.set(`${record.sample}/${record.ask}`, record.answer);
    else model?.add(record);
  }
  if (tail.corruptLines > 0) {
    hooks.onWarning?.({
      code: 'RUN_JOURNAL_CORRUPT',
      message: `${tail.corruptLines} journal lines are damaged; their samples run again`,
    });
  }
  return tail.wholeBytes;
}
