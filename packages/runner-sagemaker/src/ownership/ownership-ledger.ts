import { AssayError, readSyncedLines, SyncedLines } from '@assay/core';

export type OwnedKind = 'model' | 'endpoint-config' | 'endpoint' | 'inference-component';
/** In which they are deleted: what costs first, what stands on something before it. */
export const DELETION_ORDER: readonly OwnedKind[] = ['inference-component', 'endpoint', 'endpoint-config', 'model'];
/** A job is not deleted: it ends, or is stopped. */
export type CreatedKind = OwnedKind | 'transform-job';

/** One line: what is about to be created, or is gone. */
export interface LedgerEntry {
  /** `creating` is written before the call: what a killed process leaves behind stands in its run's folder. */
  readonly event: 'creating' | 'deleted' | 'kept' | 'stopped' | 'ended';
  readonly kind: CreatedKind;
  readonly name: string;
  readonly region: string;
  readonly runId: string;
  readonly at: string;
}

/** File of a run folder that lists what the run created on AWS. */
export const LEDGER_FILE = 'aws-resources.jsonl';

/** The append-only list of what a run creates and deletes on AWS; every line is on disk when `append` resolves. */
export class OwnershipLedger {
  readonly #lines: SyncedLines;
  readonly #entries: LedgerEntry[];

  private constructor(lines: SyncedLines, entries: LedgerEntry[]) {
    this.#lines = lines;
    this.#entries = entries;
  }

  /** @throws AssayError RUN_OUTPUT_NOT_WRITABLE */
  static async open(file: string): Promise<OwnershipLedger> {
    try {
      const lines = await SyncedLines.open(file);
      return new OwnershipLedger(lines, await readLedger(file));
    } catch (cause) {
      throw new AssayError('RUN_OUTPUT_NOT_WRITABLE', `cannot write ${file}`, {
        hint: 'Nothing is created on AWS without a record of it on disk.',
        cause,
      });
    }
  }

  /** Whether something may stand on AWS: begun, by this process or one before it, and not known to be gone. */
  isBegun(kind: CreatedKind, name: string): boolean {
    return openEntries(this.#entries).some((entry) => entry.kind === kind && entry.name === name);
  }

  async append(entry: LedgerEntry): Promise<void> {
    try {
      await this.#lines.append(entry);
    } catch (cause) {
      throw new AssayError('RUN_OUTPUT_NOT_WRITABLE', 'cannot write the list of resources on AWS', { cause });
    }
    this.#entries.push(entry);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

/** What was begun and is neither gone nor kept on request, in the order of its creation. */
export function openEntries(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const last = new Map<string, LedgerEntry>();
  for (const entry of entries) last.set(`${entry.kind} ${entry.name} ${entry.region}`, entry);
  return [...last.values()].filter(({ event }) => event === 'creating');
}

/** The entries of a run's ledger; torn lines are skipped, a missing file has none. */
export async function readLedger(file: string): Promise<LedgerEntry[]> {
  return (await readSyncedLines(file)) as LedgerEntry[];
}
