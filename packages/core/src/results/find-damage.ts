import { stat } from 'node:fs/promises';
import { checksumOf, isCheckpointDamaged } from '../journal/checkpoint.ts';
import { newTail, readJournal } from '../journal/read-journal.ts';
import { SAMPLE_STATES, type SampleState } from '../samples/sample-state.ts';
import type { RunFolder } from '../storage/run-folder.ts';
import { countsInRun } from './counts-in-run.ts';
import { readRows } from './read-rows.ts';
import type { RunDamage } from './run-damage.ts';
import type { Manifest, ModelSummary, Summary } from './summary.ts';

/**
 * Looks a finished run through. A journal that is as the manifest says it ended is read once, without being parsed; of any
 * other each line is looked at, and its samples are counted against the summary's.
 * @returns undefined where nothing is damaged
 */
export async function findDamage(
  folder: RunFolder,
  { journal }: Manifest,
  { models }: Summary,
): Promise<RunDamage | undefined> {
  const checkpoint = await isCheckpointDamaged(folder.checkpoint);
  const bytes = await stat(folder.journal).then(
    ({ size }) => size,
    () => undefined,
  );
  const isAsWritten =
    journal !== undefined &&
    bytes === journal.bytes &&
    (await checksumOf(folder.journal, bytes)) === journal.crc32 &&
    (journal.parts !== true || (await arePartsWhole(folder)));
  const found = isAsWritten ? { lines: 0, models: [] } : await lookThrough(folder, models, bytes);
  // One that lost a line with no sample in it is shorter than it was, and nothing else tells.
  const isShort = journal !== undefined && bytes !== undefined && bytes < journal.bytes;
  const lines = isShort ? Math.max(1, found.lines) : found.lines;
  const isSound = lines === 0 && found.models.length === 0 && !checkpoint;
  return isSound ? undefined : { ...found, lines, checkpoint };
}

/** Each part of the journal is read and held against its checksum. */
async function arePartsWhole({ journal }: RunFolder): Promise<boolean> {
  const tail = newTail();
  for await (const _ of readJournal(journal, tail));
  return tail.corruptLines === 0;
}

async function lookThrough(
  folder: RunFolder,
  models: readonly ModelSummary[],
  bytes: number | undefined,
): Promise<Pick<RunDamage, 'lines' | 'models'>> {
  const found = new Map(models.map(({ name }) => [name, new Map<SampleState, number>()]));
  const tail = newTail();
  if (bytes !== undefined) {
    for await (const { model, state } of readRows(folder, { counts: countsInRun(models), tail })) {
      const own = found.get(model);
      own?.set(state, (own.get(state) ?? 0) + 1);
    }
  }
  const isTorn = bytes !== undefined && bytes > tail.wholeBytes;
  const others = models.flatMap(({ name, states }) => {
    const own = found.get(name)!;
    // What was skipped is in no journal.
    const isOther = SAMPLE_STATES.some((state) => state !== 'skipped' && states[state] !== (own.get(state) ?? 0));
    const sum = (counts: Iterable<number>) => [...counts].reduce((a, b) => a + b, 0);
    const { skipped: _, ...ended } = states;
    return isOther ? [{ name, counted: sum(Object.values(ended)), found: sum(own.values()) }] : [];
  });
  return { lines: tail.corruptLines + (isTorn ? 1 : 0), models: others };
}
