import { SAMPLE_STATES, type SampleRow, type Summary } from '@assay/core';
import { scriptSafeJson } from '../page/json-block.ts';
import { remarkTexts } from '../wording/remark-text.ts';
import { clipText, type PackedText } from './clip-text.ts';
import type { PackedRow, PageIndex } from './page-data.ts';

const CHUNK_ROWS = 1000;
const CHUNK_CHARACTERS = 1_000_000;

function packRow(row: SampleRow): PackedRow {
  const clipped = (texts: Readonly<Record<string, string>> = {}) =>
    Object.entries(texts).map(([key, text]): [string, PackedText] => [key, clipText(text)]);
  const variants = clipped({ ...row.variants, ...remarkTexts(row.remarks) });
  const disturbed = clipped(row.disturbed);
  const columns = clipped(row.columns);
  return {
    digest: row.digest,
    input: clipText(row.input),
    ...(row.prompt !== undefined && row.prompt !== row.input && { prompt: clipText(row.prompt) }),
    ...(columns.length > 0 && { columns: Object.fromEntries(columns) }),
    ...(row.stopReason === 'length' && { cut: true as const }),
    ...(row.target !== null && { target: clipText(row.target) }),
    ...(row.output !== null && { output: clipText(row.output) }),
    ...(row.error !== null && { error: clipText(row.error) }),
    ...(variants.length > 0 && { variants: Object.fromEntries(variants) }),
    ...(disturbed.length > 0 && { disturbed: Object.fromEntries(disturbed) }),
    ...(Object.keys(row.unscored).length > 0 && { unscored: row.unscored }),
  };
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
  readonly #scores = new Map<
    string,
    { better: 'higher' | 'lower' | { readonly target: number }; values: (number | null)[] }
  >();
  readonly #columns = {
    model: [] as number[],
    state: [] as number[],
    category: [] as number[],
    sample: [] as number[],
    elapsedMs: [] as (number | null)[],
    length: [] as number[],
    cut: [] as number[],
  };
  readonly #chunkStarts: number[] = [];
  #chunk: string[] = [];
  #chunkCharacters = 0;

  constructor(summary: Pick<Summary, 'models' | 'scores'>, onChunk: (json: string) => Promise<void>) {
    this.#onChunk = onChunk;
    for (const model of summary.models) this.#models.positionOf(model.name);
    for (const { algorithm, score, spec, from } of summary.scores) {
      if (from === 'mean') this.#scores.set(`${algorithm}.${score}`, { better: spec.better, values: [] });
    }
  }

  async add(row: SampleRow): Promise<void> {
    const columns = this.#columns;
    const at = columns.sample.length;
    if (this.#chunk.length === 0) this.#chunkStarts.push(at);
    columns.model.push(this.#models.positionOf(row.model));
    columns.state.push(SAMPLE_STATES.indexOf(row.state));
    columns.category.push(row.category === null ? -1 : this.#categories.positionOf(row.category));
    columns.sample.push(row.index);
    // No time at all: the answer came from the cache or the dataset.
    columns.elapsedMs.push(row.elapsedMs ? Math.ceil(row.elapsedMs) : null);
    columns.length.push(row.output?.length ?? 0);
    if (row.stopReason === 'length') columns.cut.push(at);
    for (const [key, value] of Object.entries(row.scores)) {
      const column = this.#scores.get(key) ?? { better: 'higher', values: [] };
      this.#scores.set(key, column);
      while (column.values.length < at) column.values.push(null);
      column.values.push(sixDigits(value));
    }
    const json = scriptSafeJson(packRow(row));
    this.#chunk.push(json);
    this.#chunkCharacters += json.length;
    if (this.#chunk.length >= CHUNK_ROWS || this.#chunkCharacters >= CHUNK_CHARACTERS) await this.#flush();
  }

  async finish(): Promise<PageIndex> {
    if (this.#chunk.length > 0) await this.#flush();
    const rows = this.#columns.sample.length;
    return {
      rows,
      chunkStarts: this.#chunkStarts,
      models: this.#models.list,
      states: SAMPLE_STATES,
      categories: this.#categories.list,
      ...this.#columns,
      scores: [...this.#scores]
        .filter(([, { values }]) => values.length > 0)
        .map(([key, { better, values }]) => ({
          key,
          better,
          values: [...values, ...new Array<null>(rows - values.length).fill(null)],
        })),
    };
  }

  async #flush(): Promise<void> {
    const json = `[${this.#chunk.join(',\n')}]`;
    this.#chunk = [];
    this.#chunkCharacters = 0;
    await this.#onChunk(json);
  }
}
