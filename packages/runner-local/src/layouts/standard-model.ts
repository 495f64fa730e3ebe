import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { cacheArray } from './cache-array.ts';
import { cacheElements, cacheTensor, floatsOf } from './cache-tensor.ts';
import type { Batching, CausalModel, Distributions, StepRow, WantedPosition } from './causal-model.ts';
import type { DecoderSessions, Feeds } from './decoder-sessions.ts';
import { emptyDistributions, writeDistribution } from './distributions.ts';
import { KvCache } from './kv-cache.ts';
import type { StandardLayout } from './standard-layout.ts';

/** Rows that go through the graph together, with the columns of past and of new tokens that they are padded to. */
interface Pass {
  readonly rows: readonly StepRow[];
  /** The places of these rows among those of the step. */
  readonly indices: readonly number[];
  readonly pastColumns: number;
  readonly width: number;
}

/**
 * The usual export with past (optimum, transformers.js, onnx-community): past and present are whole tensors, so each
 * pass copies the cache in and out. Shorter pasts and prompts are padded, which the attention mask hides.
 */
export class StandardModel implements CausalModel {
  readonly vocabularySize: number;
  /** These are set once it is known what the export's kernels support (probe-batching.ts). */
  batching: Batching = 'ragged';
  continuation: 'tokens' | 'token' = 'tokens';
  /** Whether several tokens follow a past only in a pass of one row. */
  continuesAlone = false;
  /** Where the padding stands. GroupQueryAttention counts columns from the left, so it wants it on the right. */
  padding: 'left' | 'right' = 'left';
  /** Whether prompts of any length are read together although pasts must be equally long. */
  startsTogether = false;
  readonly hasBranches: boolean;
  /** Logits of one token, known after the first step. */
  logitCount = 0;
  readonly #sessions: DecoderSessions;
  readonly #layout: StandardLayout;

  constructor(sessions: DecoderSessions, layout: StandardLayout, vocabularySize: number) {
    this.#sessions = sessions;
    this.#layout = layout;
    this.vocabularySize = vocabularySize;
    this.hasBranches = sessions.hasBranches;
  }

  get mixesLengths(): boolean {
    return this.batching === 'ragged';
  }

  createCache(): KvCache {
    return new KvCache(this.#layout.shape, this.#layout.element, this.#layout.states);
  }

  async step(
    cache: KvCache,
    rows: readonly StepRow[],
    wanted: readonly WantedPosition[],
    k: number,
  ): Promise<Distributions> {
    const out = emptyDistributions(wanted.length, k);
    for (const pass of this.#passes(rows)) await this.#run(cache, pass, wanted, out);
    return out;
  }

  async close(): Promise<void> {
    await this.#sessions.release();
  }

  /** Rows with a past go together only when they have equally many new tokens: a gap inside a row would shift positions. */
  #passes(rows: readonly StepRow[]): Pass[] {
    const groups = new Map<string, number[]>();
    rows.forEach((row, index) => {
      const key = this.#passKey(row, index);
      groups.set(key, [...(groups.get(key) ?? []), index]);
    });
    return [...groups.values()].map((indices) => {
      const own = indices.map((index) => rows[index]!);
      const pastColumns = Math.max(...own.map((row) => row.pastLength));
      return { rows: own, indices, pastColumns, width: Math.max(...own.map((row) => row.tokens.length)) };
    });
  }

  #passKey({ pastLength, tokens }: StepRow, index: number): string {
    const alone = this.batching === 'alone' || (this.continuesAlone && pastLength > 0 && tokens.length > 1);
    if (alone) return `row ${index}`;
    if (pastLength === 0 && (this.batching === 'ragged' || this.startsTogether)) return 'start';
    return this.batching === 'even' ? `${pastLength}|${tokens.length}` : `${tokens.length}`;
  }

  async #run(cache: KvCache, pass: Pass, wanted: readonly WantedPosition[], out: Distributions): Promise<void> {
    const mine = wanted.map((want, at) => ({ ...want, at })).filter(({ row }) => pass.indices.includes(row));
    const full = this.padding === 'left' || pass.rows.every((row) => row.tokens.length === pass.width);
    const lastOnly = full && mine.every(({ row, position }) => position === lengthOf(pass, row) - 1);
    const feeds = { ...this.#past(cache, pass), ...this.#states(cache, pass), ...this.#tokens(pass, lastOnly) };
    const keeps = pass.rows.some((row) => row.store >= 0);
    const { presents, states } = this.#layout;
    const outputs = keeps ? ['logits', ...presents, ...states.map(({ present }) => present)] : ['logits'];
    const result = await this.#sessions.run(feeds, outputs, pass.pastColumns > 0);
    this.#reduce(result.logits!, pass, mine, out);
    if (keeps) this.#keep(cache, pass, result);
  }

  /** Padding before a row's new tokens. */
  #pad(row: StepRow, { width }: Pass): number {
    return this.padding === 'left' ? width - row.tokens.length : 0;
  }

  /** Padding before a row's past. */
  #pastPad(row: StepRow, { pastColumns }: Pass): number {
    return this.padding === 'left' ? pastColumns - row.pastLength : 0;
  }

  #tokens(pass: Pass, lastOnly: boolean): Feeds {
    const { rows, pastColumns, width } = pass;
    const columns = pastColumns + width;
    const ids = new BigInt64Array(rows.length * width);
    const positions = new BigInt64Array(rows.length * width);
    const mask = new BigInt64Array(rows.length * columns);
    rows.forEach((row, r) => {
      const pad = this.#pad(row, pass);
      for (let i = 0; i < row.tokens.length; i++) {
        ids[r * width + pad + i] = BigInt(row.tokens[i]!);
        positions[r * width + pad + i] = BigInt(row.pastLength + i);
      }
      const seen = r * columns + this.#pastPad(row, pass) + pad;
      mask.fill(1n, seen, seen + row.pastLength + row.tokens.length);
    });
    return {
      input_ids: new Tensor('int64', ids, [rows.length, width]),
      attention_mask: new Tensor('int64', mask, [rows.length, columns]),
      position_ids: this.#positions(positions, [rows.length, width]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(lastOnly ? 1n : 0n), []),
    };
  }

  /** Kinds of positions are the same for a text. */
  #positions(positions: BigInt64Array, dims: readonly number[]): Tensor {
    const kinds = this.#layout.positionRows;
    if (kinds === 0) return new Tensor('int64', positions, dims);
    const all = new BigInt64Array(kinds * positions.length);
    for (let kind = 0; kind < kinds; kind++) all.set(positions, kind * positions.length);
    return new Tensor('int64', all, [kinds, ...dims]);
  }

  /** States of the rows; those of a row without a past are zeros. */
  #states(cache: KvCache, { rows }: Pass): Feeds {
    const feeds: Feeds = {};
    this.#layout.states.forEach(({ past, dims, size, element }, state) => {
      const data = cacheArray(element, rows.length * size);
      rows.forEach((row, r) => {
        if (row.pastLength > 0) cache.states.read(state, row.past, data, r);
      });
      feeds[past] = cacheTensor(data, [rows.length, ...dims]);
    });
    return feeds;
  }

  #past(cache: KvCache, pass: Pass): Feeds {
    const { rows, pastColumns } = pass;
    const feeds: Feeds = {};
    this.#layout.pasts.forEach((name, buffer) => {
      const { heads, headSize } = cache.layerShape(buffer);
      const dims = [rows.length, heads, pastColumns, headSize];
      const size = heads * pastColumns * headSize;
      const data = cacheArray(cache.element, rows.length * size);
      rows.forEach((row, r) => {
        const offset = r * size + this.#pastPad(row, pass) * headSize;
        cache.gather(buffer, row.past, row.pastLength, data, offset, pastColumns);
      });
      feeds[name] = cacheTensor(data, dims);
    });
    return feeds;
  }

  #keep(cache: KvCache, pass: Pass, result: InferenceSession.ReturnType): void {
    const { rows } = pass;
    for (const row of rows) if (row.store >= 0) cache.copySlot(row.past, row.store, row.pastLength);
    this.#layout.presents.forEach((name, buffer) => {
      const present = result[name]!;
      const data = cacheElements(present);
      const columns = present.dims[2]!;
      rows.forEach((row, r) => {
        if (row.store < 0) return;
        // Padded on the right, GroupQueryAttention puts new keys directly behind each row's own past.
        const from = this.padding === 'left' ? columns - row.tokens.length : row.pastLength;
        cache.scatter(buffer, row.store, row.pastLength, data, r, columns, from, row.tokens.length);
      });
    });
    this.#layout.states.forEach(({ present }, state) => {
      const data = cacheElements(result[present]!);
      rows.forEach((row, r) => {
        if (row.store >= 0) cache.states.write(state, row.store, data, r);
      });
    });
  }

  #reduce(
    logits: Tensor,
    pass: Pass,
    mine: readonly (WantedPosition & { readonly at: number })[],
    out: Distributions,
  ): void {
    const all = floatsOf(logits);
    const vocabulary = logits.dims[2]!;
    this.logitCount = vocabulary;
    const kept = logits.dims[1]!;
    for (const { row, position, target, at } of mine) {
      const r = pass.indices.indexOf(row);
      const column = this.#pad(pass.rows[r]!, pass) + position - (pass.width - kept);
      if (column < 0 || pass.width < kept) throw new RangeError('the graph returned fewer logits than tokens');
      const start = (r * kept + column) * vocabulary;
      writeDistribution(out, at, all.subarray(start, start + vocabulary), target);
    }
  }
}

function lengthOf({ rows, indices }: Pass, row: number): number {
  return rows[indices.indexOf(row)]!.tokens.length;
}
