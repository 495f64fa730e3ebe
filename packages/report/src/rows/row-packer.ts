import { SAMPLE_STATES, type SampleRow, type Summary } from '@assay/core';
import { scriptSafeJson } from '../page/json-block.ts';
import { clipText, type PackedText } from './clip-text.ts';
import { AgreementCounter } from './judge-agreement.ts';
import { packTokens } from './pack-tokens.ts';
import type { PackedRemark, PackedRow, PageIndex, ScoreColumn } from './page-data.ts';

const CHUNK_ROWS = 1000;
const CHUNK_CHARACTERS = 1_000_000;

/** Parts that a row lacks are left out; the order in which the others stand is part of the page. */
function packRow(row: SampleRow, scores: readonly (number | null)[]): PackedRow {
  const packed: Mutable<PackedRow> = { digest: row.digest, input: clipText(row.input) };
  if (row.prompt !== undefined && row.prompt !== row.input) packed.prompt = clipText(row.prompt);
  const columns = clippedTexts(row.columns);
  if (columns !== undefined) packed.columns = columns;
  if (row.stopReason === 'length') packed.cut = true;
  if (row.target !== null) packed.target = clipText(row.target);
  if (row.output !== null) packed.output = clipText(row.output);
  if (row.error !== null) packed.error = clipText(row.error);
  const variants = clippedTexts(row.variants);
  if (variants !== undefined) packed.variants = variants;
  const disturbed = clippedTexts(row.disturbed);
  if (disturbed !== undefined) packed.disturbed = disturbed;
  if (!isEmpty(row.unscored)) packed.unscored = row.unscored;
  if (scores.length > 0) packed.scores = scores;
  if (row.remarks !== undefined) packed.remarks = packRemarks(row.remarks);
  if (row.logProbabilities !== undefined) packed.nats = row.logProbabilities;
  if (row.tokens !== undefined) packed.tokens = packTokens(row.tokens);
  return packed;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function clippedTexts(texts: Readonly<Record<string, string>> | undefined): Record<string, PackedText> | undefined {
  if (texts === undefined || isEmpty(texts)) return undefined;
  return Object.fromEntries(Object.entries(texts).map(([key, text]): [string, PackedText] => [key, clipText(text)]));
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

/** The least sureness of those who judged the row; NaN where nobody did. */
function surenessOf({ remarks }: SampleRow): number {
  if (remarks === undefined) return Number.NaN;
  const all = Object.values(remarks).flatMap((said) => said.map(({ sureness }) => sureness));
  return all.length === 0 ? Number.NaN : sixDigits(Math.min(...all));
}

function packRemarks(remarks: NonNullable<SampleRow['remarks']>): PackedRemark[] {
  return Object.entries(remarks).flatMap(([of, said]) =>
    said.map(({ about, reason, ...remark }) => ({
      ...{ of, ...remark },
      ...(about !== undefined && { about: clipText(about) }),
      ...(reason !== undefined && { reason: clipText(reason) }),
    })),
  );
}

/** Names in the order of their first use, and their positions. */
class Names {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  positionOf(name: string): number {
    const known = this.#positions.get(name);
    if (known !== undefined) return known;
    this.#positions.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

/** Values rounded before: scores are mostly ratios of small numbers, and a look costs a tenth of the rounding. */
const rounded = new Map<number, number>();
const MAX_ROUNDED = 10_000;

function sixDigits(value: number): number {
  let short = rounded.get(value);
  if (short === undefined) {
    short = Number(value.toPrecision(6));
    if (rounded.size >= MAX_ROUNDED) rounded.clear();
    rounded.set(value, short);
  }
  return short;
}

/** Turns a stream of rows into the explorer's columns and into chunks of script-safe JSON, holding one chunk at a time. */
export class RowPacker {
  readonly #onChunk: (json: string) => Promise<void>;
  readonly #models = new Names();
  readonly #categories = new Names();
  readonly #columnNames = new Names();
  readonly #agreement = new AgreementCounter();
  readonly #scores = new Map<string, { better: ScoreColumn['better']; at: number; values: number[] }>();
  readonly #columns = {
    model: [] as number[],
    state: [] as number[],
    category: [] as number[],
    sample: [] as number[],
    elapsedMs: [] as number[],
    length: [] as number[],
    cut: [] as number[],
    sureness: [] as number[],
  };
  readonly #chunkStarts: number[] = [];
  readonly #chunkSizes: number[] = [];
  #chunk: string[] = [];
  #chunkCharacters = 0;

  constructor(summary: Pick<Summary, 'models' | 'scores'>, onChunk: (json: string) => Promise<void>) {
    this.#onChunk = onChunk;
    for (const model of summary.models) this.#models.positionOf(model.name);
    for (const { algorithm, score, spec, from } of summary.scores) {
      const key = `${algorithm}.${score}`;
      if (from === 'mean' && !this.#scores.has(key))
        this.#scores.set(key, { better: spec.better, at: this.#scores.size, values: [] });
    }
  }

  /** @returns what to wait for before the next row; undefined where there is nothing */
  add(row: SampleRow): Promise<void> | undefined {
    const columns = this.#columns;
    const at = columns.sample.length;
    if (this.#chunk.length === 0) this.#chunkStarts.push(at);
    columns.model.push(this.#models.positionOf(row.model));
    columns.state.push(SAMPLE_STATES.indexOf(row.state));
    columns.category.push(row.category === null ? -1 : this.#categories.positionOf(row.category));
    columns.sample.push(row.index);
    // No time at all: the answer came from the cache or the dataset.
    columns.elapsedMs.push(row.elapsedMs ? Math.ceil(row.elapsedMs) : Number.NaN);
    columns.length.push(row.output?.length ?? 0);
    columns.cut.push(row.stopReason === 'length' ? 1 : 0);
    if (row.columns !== undefined) for (const name of Object.keys(row.columns)) this.#columnNames.positionOf(name);
    if (row.remarks !== undefined) this.#agreement.add(row);
    columns.sureness.push(surenessOf(row));
    const json = scriptSafeJson(packRow(row, this.#addScores(row, at)));
    this.#chunk.push(json);
    this.#chunkCharacters += json.length;
    const isFull = this.#chunk.length >= CHUNK_ROWS || this.#chunkCharacters >= CHUNK_CHARACTERS;
    return isFull ? this.#flush() : undefined;
  }

  /** @returns the row's scores in the order of all keys so far, without those at the end that it lacks */
  #addScores({ scores }: SampleRow, at: number): (number | null)[] {
    const own: (number | null)[] = [];
    for (const key of Object.keys(scores)) {
      let column = this.#scores.get(key);
      if (column === undefined) {
        column = { better: 'higher', at: this.#scores.size, values: [] };
        this.#scores.set(key, column);
      }
      while (column.values.length < at) column.values.push(Number.NaN);
      const short = sixDigits(scores[key]!);
      column.values.push(short);
      while (own.length < column.at) own.push(null);
      own[column.at] = short;
    }
    return own;
  }

  async finish(): Promise<PageIndex> {
    if (this.#chunk.length > 0) await this.#flush();
    const { model, state, category, sample, elapsedMs, length, cut, sureness } = this.#columns;
    const rows = sample.length;
    const column = (values: readonly number[]) => {
      const all = new Float64Array(rows).fill(Number.NaN);
      all.set(values);
      return all;
    };
    return {
      ...{ chunkStarts: this.#chunkStarts, chunkCharacters: this.#chunkSizes },
      ...{ rows, models: this.#models.list, states: SAMPLE_STATES },
      categories: this.#categories.list,
      ...{ model: column(model), state: column(state), category: column(category), sample: column(sample) },
      ...{ elapsedMs: column(elapsedMs), length: column(length), cut: column(cut), sureness: column(sureness) },
      scores: [...this.#scores]
        .filter(([, { values }]) => values.length > 0)
        .map(([key, { better, values }]) => ({ key, better, values: column(values) })),
      scoreKeys: [...this.#scores.keys()],
      columns: this.#columnNames.list,
      judges: this.#agreement.finish(),
    };
  }

  async #flush(): Promise<void> {
    const json = `[${this.#chunk.join(',\n')}]`;
    this.#chunkSizes.push(json.length);
    this.#chunk = [];
    this.#chunkCharacters = 0;
    await this.#onChunk(json);
  }
}
