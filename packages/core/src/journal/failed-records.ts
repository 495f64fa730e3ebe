import { isHelperFailure } from '../algorithms/helper-failure.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { SampleRecord } from './journal-record.ts';
import { readJournal } from './read-journal.ts';

/** Samples of a journal that failed, timed out or lack a helper model's answer, in which some were asked again. Records are named by their place among sample records. */
export interface FailedRecords {
  /** Records that a later one of the same sample replaces. */
  readonly replaced: ReadonlySet<number>;
  /** Records of samples that are still failed. */
  readonly failed: ReadonlySet<number>;
  /** The names of these samples. */
  readonly failedSamples: ReadonlySet<string>;
}

/** Names a (model, sample). */
export function sampleName({ sample, model }: Pick<SampleRecord, 'sample' | 'model'>): string {
  return `${sample}/${model}`;
}

/** Of a sample that failed and was asked again, the last record counts; the journal keeps them until it is compacted. */
export async function findFailedRecords(journal: string, storage: Storage = nodeStorage): Promise<FailedRecords> {
  const replaced = new Set<number>();
  const lastFailed = new Map<string, number>();
  if (await storage.exists(journal)) {
    let place = -1;
    for await (const record of readJournal(journal, undefined, storage)) {
      if (record.kind !== 'sample') continue;
      place += 1;
      const sample = sampleName(record);
      const before = lastFailed.get(sample);
      if (before !== undefined) {
        replaced.add(before);
        lastFailed.delete(sample);
      }
      const isFailed = record.state === 'failed' || record.state === 'timed_out';
      if (isFailed || Object.values(record.outcomes).some(isHelperFailure)) lastFailed.set(sample, place);
    }
  }
  return { replaced, failed: new Set(lastFailed.values()), failedSamples: new Set(lastFailed.keys()) };
}
