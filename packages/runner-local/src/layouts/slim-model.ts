import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { type CacheArray, type CacheElement, cacheArray } from './cache-array.ts';
import { cacheTensor } from './cache-tensor.ts';
import type { CausalModel, Distributions, StepRow, WantedPosition } from './causal-model.ts';
import { type CacheShape, KvCache } from './kv-cache.ts';

type Feeds = Record<string, Tensor>;

const OUTPUTS = ['top_ids', 'top_logits', 'top_logprobs', 'target_logprobs'];
const OUTPUTS_AND_CACHE = [...OUTPUTS, 'new_kv'];

/**
 * The slim layout (models/SmolLM2-135M-Instruct/slim-layout.md): the graph returns only the new keys and values, reads
 * the past from our buffers, and reduces logits to the top k and a target's log-probability by itself.
 */
export class SlimModel implements CausalModel {
  readonly vocabularySize: number;
  readonly batching = 'ragged';
  readonly continuation = 'tokens';
  readonly mixesLengths = true;
  readonly #shape: CacheShape;
  readonly #element: CacheElement;
  readonly #session: InferenceSession;

  constructor(session: InferenceSession, shape: CacheShape, vocabularySize: number) {
    this.#session = session;
    this.#element = session.inputMetadata.some(
      ({ isTensor, ...input }) => isTensor && 'type' in input && input.type === 'int8',
    )
      ? 'int8'
      : 'float32';
    this.#shape = this.#element === 'int8' ? { ...shape, keysTurned: true } : shape;
    this.vocabularySize = vocabularySize;
  }

  createCache(): KvCache {
    return new KvCache(this.#shape, this.#element);
  }

  async step(
    cache: KvCache,
    rows: readonly StepRow[],
    wanted: readonly WantedPosition[],
    k: number,
  ): Promise<Distributions> {
    const width = rows.reduce((most, row) => Math.max(most, row.tokens.length), 0);
    const ids = new BigInt64Array(rows.length * width);
    const pastLengths = new BigInt64Array(rows.length);
    rows.forEach((row, r) => {
      pastLengths[r] = BigInt(row.pastLength);
      for (let i = 0; i < row.tokens.length; i++) ids[r * width + i] = BigInt(row.tokens[i]!);
    });
    const feeds: Feeds = {
      ...this.#past(cache, rows),
      input_ids: new Tensor('int64', ids, [rows.length, width]),
      past_len: new Tensor('int64', pastLengths, [rows.length]),
      rows: int64(wanted.map((w) => w.row * width + w.position)),
      targets: int64(wanted.map((w) => w.target)),
      k: int64([k]),
    };
    const keeps = rows.some((row) => row.store >= 0);
    const out = await this.#session.run(feeds, keeps ? OUTPUTS_AND_CACHE : OUTPUTS);
    if (keeps) this.#keep(cache, rows, width, out.new_kv!.data as CacheArray);
    return {
      k,
      topIds: lowHalves(out.top_ids!.data as BigInt64Array),
      topLogits: out.top_logits!.data as Float32Array,
      topLogProbabilities: out.top_logprobs!.data as Float32Array,
      targetLogProbabilities: out.target_logprobs!.data as Float32Array,
    };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  #keep(cache: KvCache, rows: readonly StepRow[], width: number, fresh: CacheArray): void {
    const { layers, heads, headSize } = this.#shape;
    const perToken = layers * 2 * heads * headSize;
    rows.forEach((row, r) => {
      if (row.store < 0) return;
      if (row.pastLength > 0) cache.copySlot(row.past, row.store, row.pastLength);
      for (let i = 0; i < row.tokens.length; i++) {
        cache.writeToken(row.store, row.pastLength + i, fresh, (r * width + i) * perToken);
      }
    });
  }

  /**
   * Consecutive slots are fed in place; so is one slot that all rows share, since the graph's products broadcast over
   * rows; anything else is gathered into a compact copy.
   */
  #past(cache: KvCache, rows: readonly StepRow[]): Feeds {
    const first = rows[0]!.past;
    const longest = rows.reduce((most, row) => Math.max(most, row.pastLength), 0);
    if (longest === 0) return this.#emptyPast(rows.length);
    const inPlace = rows.every((row, r) => row.past === first + r);
    if (rows.every((row) => row.past === first && row.pastLength === longest))
      return this.#pastInPlace(cache, first, 1);
    const tight = longest * 2 > cache.columns || rows.every((row) => row.tokens.length === 1);
    return inPlace && tight ? this.#pastInPlace(cache, first, rows.length) : this.#gatheredPast(cache, rows, longest);
  }

  /** One ignored zero column, since the graph wants at least one. */
  #emptyPast(count: number): Feeds {
    const { heads, headSize } = this.#shape;
    const zeros = cacheArray(this.#element, count * heads * headSize);
    return this.#feeds((buffer) => cacheTensor(zeros, this.#dims(buffer, count, 1)));
  }

  /** The feeds of the last rows are kept with the cache: a step of decoding mostly reads the same. */
  #pastInPlace(cache: KvCache, first: number, count: number): Feeds {
    const key = `${first} ${count}`;
    const known = cache.views.get(key) as Feeds | undefined;
    if (known !== undefined) return known;
    const { heads, headSize } = this.#shape;
    const { columns } = cache;
    const size = heads * columns * headSize;
    const feeds = this.#feeds((buffer) => {
      const view = cache.buffers[buffer]!.subarray(first * size, (first + count) * size);
      return cacheTensor(view, this.#dims(buffer, count, columns));
    });
    cache.views.clear();
    cache.views.set(key, feeds);
    return feeds;
  }

  #gatheredPast(cache: KvCache, rows: readonly StepRow[], longest: number): Feeds {
    const { heads, headSize } = this.#shape;
    const size = heads * longest * headSize;
    return this.#feeds((buffer) => {
      const copy = cacheArray(this.#element, rows.length * size);
      rows.forEach((row, r) => {
        cache.gather(buffer, row.past, row.pastLength, copy, r * size, longest);
      });
      return cacheTensor(copy, this.#dims(buffer, rows.length, longest));
    });
  }

  #dims(buffer: number, count: number, columns: number): number[] {
    const { heads, headSize, keysTurned } = this.#shape;
    return keysTurned && buffer % 2 === 0 ? [count, heads, headSize, columns] : [count, heads, columns, headSize];
  }

  #feeds(make: (buffer: number) => Tensor): Feeds {
    const feeds: Feeds = {};
    for (let layer = 0; layer < this.#shape.layers; layer++) {
      feeds[`past_key_values.${layer}.key`] = make(2 * layer);
      feeds[`past_key_values.${layer}.value`] = make(2 * layer + 1);
    }
    return feeds;
  }
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}

/** Ids fit into 32 bits. Each is read from its half, since a bigint apiece is slow for a whole vocabulary. */
function lowHalves(values: BigInt64Array): Int32Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const low = LITTLE_ENDIAN ? 0 : 1;
  const ids = new Int32Array(values.length);
  for (let i = 0; i < ids.length; i++) ids[i] = halves[2 * i + low]!;
  return ids;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
