import { AssayError } from '../errors/assay-error.ts';
import type { RangeRecord } from '../journal/journal-record.ts';
import { readPart } from '../journal/part-files.ts';
import { readJournal } from '../journal/read-journal.ts';
import { type PartNumbers, partNumbers } from '../journal/read-part.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';

/** Scores of some samples side by side, in columns of one length. */
export interface ColumnBlock {
  /** The samples' indices in the dataset, ascending. */
  readonly samples: Float64Array;
  readonly models: ReadonlyMap<string, ModelColumns>;
}

/** One model's side of a block. */
export interface ModelColumns {
  /** `algorithm.score` → value of each sample; NaN where it has none. */
  readonly scores: ReadonlyMap<string, Float64Array>;
  /** 1 for each sample that the model has. @default all */
  readonly there?: Uint8Array;
}

type Part = Pick<RangeRecord, 'model' | 'first' | 'part' | 'bytes' | 'checksum'>;

/** A run whose samples lie in column parts, read some thousand samples at a time: memory does not grow with the run. */
export class RunColumns {
  readonly #journal: string;
  readonly #storage: Storage;

  constructor(journal: string, storage: Storage = nodeStorage) {
    this.#journal = journal;
    this.#storage = storage;
  }

  /**
   * The scores that are wanted, block by block, in the order of the dataset.
   * @returns undefined where some samples lie elsewhere, have clusters or weights, or models were cut into other parts
   * @throws AssayError RUN_DAMAGED for a part that is not as it was written
   */
  async blocks(isWanted: (score: string) => boolean): Promise<AsyncIterable<ColumnBlock> | undefined> {
    const byFirst = await this.#parts();
    if (byFirst === undefined) return undefined;
    const firsts = [...byFirst.keys()].sort((a, b) => a - b);
    // All parts of a run are alike: one of each model tells.
    const told = new Set<string>();
    for (const first of firsts) {
      for (const part of byFirst.get(first)!) {
        if (told.has(part.model)) continue;
        told.add(part.model);
        if (!(await this.#read(part, () => false)).isPlain) return undefined;
      }
    }
    return this.#blocks(byFirst, firsts, isWanted);
  }

  async *#blocks(
    byFirst: ReadonlyMap<number, readonly Part[]>,
    firsts: readonly number[],
    isWanted: (score: string) => boolean,
  ): AsyncGenerator<ColumnBlock> {
    for (const first of firsts) {
      const parts: [string, PartNumbers][] = [];
      for (const part of byFirst.get(first)!) parts.push([part.model, await this.#read(part, isWanted)]);
      yield sideBySide(parts);
    }
  }

  /** By their first rows; undefined where a sample lies elsewhere, or two models were cut differently. */
  async #parts(): Promise<Map<number, Part[]> | undefined> {
    const byFirst = new Map<number, Part[]>();
    const byModel = new Map<string, Set<number>>();
    for await (const record of readJournal(this.#journal, undefined, this.#storage)) {
      if (record.kind === 'run') continue;
      if (record.kind !== 'range' || record.range.part === undefined) return undefined;
      const { model, first, part, bytes, checksum } = record.range;
      byFirst.set(first, [...(byFirst.get(first) ?? []), { model, first, part, bytes, checksum }]);
      byModel.set(model, (byModel.get(model) ?? new Set()).add(first));
    }
    const all = [...byModel.values()];
    const hasOwn = (own: ReadonlySet<number>, other: ReadonlySet<number>) =>
      [...own].some((first) => !other.has(first));
    const isCutAlike = all.every((one, at) =>
      all.slice(at + 1).every((two) => !(hasOwn(one, two) && hasOwn(two, one))),
    );
    return isCutAlike ? byFirst : undefined;
  }

  async #read(part: Part, isWanted: (score: string) => boolean): Promise<PartNumbers> {
    const content = await readPart(this.#journal, part, this.#storage);
    if (content !== undefined) return partNumbers(content, isWanted);
    throw new AssayError('RUN_DAMAGED', `${part.part} is not as it was written`, {
      hint: 'Go on with `assay run CONFIG --resume`: its samples run again.',
    });
  }
}

/** Parts of several models over the same samples, or some of them. */
function sideBySide(parts: readonly (readonly [string, PartNumbers])[]): ColumnBlock {
  const [first, ...others] = parts.map(([, { samples }]) => samples);
  const isSame = others.every(
    (other) => other.length === first!.length && other.every((row, at) => row === first![at]),
  );
  if (isSame) return { samples: first!, models: new Map(parts.map(([model, { scores }]) => [model, { scores }])) };
  const samples = Float64Array.from(new Set([first!, ...others].flatMap((rows) => [...rows]))).sort();
  const places = new Map(Array.from(samples, (row, at) => [row, at]));
  const models = parts.map(([model, own]) => {
    const scores = [...own.scores].map(([score, values]) => {
      const laid = new Float64Array(samples.length).fill(Number.NaN);
      for (const [at, row] of own.samples.entries()) laid[places.get(row)!] = values[at]!;
      return [score, laid] as const;
    });
    const there = new Uint8Array(samples.length);
    for (const row of own.samples) there[places.get(row)!] = 1;
    return [model, { scores: new Map(scores), there }] as const;
  });
  return { samples, models: new Map(models) };
}
