import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Storage } from '../storage/storage.ts';
import { readSyncedLines, SyncedLines } from '../storage/synced-lines.ts';
import type { Batch } from './batch-service.ts';

const entrySchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('run'), id: z.string().min(1) }),
  /** Nothing has left yet. */
  z.object({ event: z.literal('sending'), key: z.string(), service: z.string(), customIds: z.array(z.string()) }),
  /** From here on the batch may be there. */
  z.object({ event: z.literal('creating'), key: z.string(), at: z.number() }),
  z.object({ event: z.literal('created'), key: z.string(), id: z.string(), at: z.number() }),
  /** These requests may be sent again: they cost nothing, or their failure was told. */
  z.object({ event: z.literal('released'), key: z.string(), customIds: z.array(z.string()), why: z.string() }),
  /** For whoever reads the file. */
  z.object({
    event: z.literal('collected'),
    key: z.string(),
    answered: z.number(),
    failed: z.number(),
    unasked: z.number(),
  }),
]);
type LedgerEntry = z.output<typeof entrySchema>;

/** Of a run's folder: the file with what it sent of one model's requests. */
export function batchLedgerFile(folder: string, model: string): string {
  return join(folder, `batches-${createHash('sha256').update(model).digest('hex').slice(0, 8)}.jsonl`);
}

/** A batch as far as the ledger knows. */
export interface KnownBatch extends Batch {
  /** When its creation was tried, in milliseconds since the epoch; undefined where it was not. */
  readonly triedAt: number | undefined;
  /** The service's; undefined where the answer to its creation did not come. */
  readonly id: string | undefined;
}

/**
 * The list of what a run sent in batches. A request stands in it before it leaves, so that a run that goes on asks for
 * its answer, and sends nothing twice.
 */
export class BatchLedger {
  readonly runId: string;
  readonly #lines: SyncedLines;
  readonly #batches: Map<string, KnownBatch>;
  /** By custom id: the batch that has the request. */
  readonly #owners: Map<string, string>;

  private constructor(runId: string, lines: SyncedLines, entries: readonly LedgerEntry[]) {
    this.runId = runId;
    this.#lines = lines;
    this.#batches = new Map();
    this.#owners = new Map();
    for (const entry of entries) this.#take(entry);
  }

  /** @throws AssayError RUN_OUTPUT_NOT_WRITABLE, RUN_DISK_FULL, FILE_SYSTEM */
  static async open(file: string, storage?: Storage): Promise<BatchLedger> {
    const entries = (await readSyncedLines(file, storage)).flatMap((value): LedgerEntry[] => {
      const parsed = entrySchema.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    });
    const lines = await SyncedLines.open(file, storage);
    const known = entries.find((entry) => entry.event === 'run')?.id;
    const runId = known ?? randomUUID();
    if (known === undefined) await lines.append({ event: 'run', id: runId } satisfies LedgerEntry);
    return new BatchLedger(runId, lines, entries);
  }

  /** How many batches there are: the next one's number. */
  get size(): number {
    return this.#batches.size;
  }

  /** The service's ids of all batches. */
  get ids(): ReadonlySet<string> {
    return new Set([...this.#batches.values()].flatMap(({ id }) => (id === undefined ? [] : [id])));
  }

  batch(key: string): KnownBatch {
    return this.#batches.get(key)!;
  }

  /** The batch that has a request; undefined where it may be sent. */
  ownerOf(customId: string): string | undefined {
    return this.#owners.get(customId);
  }

  async sending({ key, customIds }: Batch, service: string): Promise<void> {
    await this.#append({ event: 'sending', key, service, customIds: [...customIds] });
  }

  async creating(key: string, at: number): Promise<void> {
    await this.#append({ event: 'creating', key, at });
  }

  async created(key: string, id: string, at: number): Promise<void> {
    await this.#append({ event: 'created', key, id, at });
  }

  async released(key: string, customIds: readonly string[], why: string): Promise<void> {
    if (customIds.length > 0) await this.#append({ event: 'released', key, customIds: [...customIds], why });
  }

  async collected(key: string, counts: Readonly<Record<'answered' | 'failed' | 'unasked', number>>): Promise<void> {
    await this.#append({ event: 'collected', key, ...counts });
  }

  close(): Promise<void> {
    return this.#lines.close();
  }

  async #append(entry: LedgerEntry): Promise<void> {
    await this.#lines.append(entry);
    this.#take(entry);
  }

  #take(entry: LedgerEntry): void {
    if (entry.event === 'run' || entry.event === 'collected') return;
    const { key } = entry;
    if (entry.event === 'sending') {
      this.#batches.set(key, { key, customIds: entry.customIds, triedAt: undefined, id: undefined });
      for (const customId of entry.customIds) this.#owners.set(customId, key);
      return;
    }
    const batch = this.#batches.get(key);
    // Its first line is damaged: nobody knows what it was about.
    if (batch === undefined) return;
    if (entry.event === 'released') {
      for (const customId of entry.customIds) if (this.#owners.get(customId) === key) this.#owners.delete(customId);
      return;
    }
    const known = entry.event === 'created' ? { id: entry.id } : {};
    this.#batches.set(key, { ...batch, triedAt: entry.at, ...known });
  }
}
