import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Batching, CausalModel, Distributions, StepRow, WantedPosition } from './causal-model.ts';
import { fromFloat16 } from './float16.ts';
import { float16Tensor } from './float16-tensor.ts';
import { type CacheArray, cacheArray, KvCache } from './kv-cache.ts';
import { reduceLogits } from './reduce-logits.ts';
import type { StandardLayout } from './standard-layout.ts';

type Feeds = Record<string, Tensor>;

/** Rows that go through the graph together, with the columns of past and of new tokens that they are padded to. */
interface Pass {
  readonly indices: readonly number[];
  readonly pastColumns: number;
  readonly width: number;
}

/**
 * The usual export with past (optimum, transformers.js, onnx-community): past and present are whole tensors, so each
 * pass copies the cache in and out. Shorter pasts and prompts are padded on the left, which the attention mask hides.
 */
export class StandardModel implements CausalModel {
  readonly vocabularySize: number;
  /** Set once it is known what the export's kernels bear. */
  batching: Batching = 'ragged';
  readonly #session: InferenceSession;
  readonly #layout: StandardLayout;

  constructor(session: InferenceSession, layout: StandardLayout, vocabularySize: number) {
    this.#session = session;
    this.#layout = layout;
    this.vocabularySize = vocabularySize;
  }

  createCache(): KvCache {
    return new KvCache(this.#layout.shape, this.#layout.element);
  }

  async step(
    cache: KvCache,
    rows: readonly StepRow[],
    wanted: readonly WantedPosition[],
    k: number,
  ): Promise<Distributions> {
    const out: Distributions = {
      k,
      topIds: new Int32Array(wanted.length * k),
      topLogits: new Float32Array(wanted.length * k),
      topLogProbabilities: new Float32Array(wanted.length * k),
      targetLogProbabilities: new Float32Array(wanted.length),
    };
    for (const pass of this.#passes(rows)) await this.#run(cache, rows, pass, wanted, out);
    return out;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  /** Rows with a past go together only when they have equally many new tokens: a gap inside a row would shift positions. */
  #passes(rows: readonly StepRow[]): Pass[] {
    const groups = new Map<string, number[]>();
    rows.forEach((row, index) => {
      const exact = `${row.pastLength}|${row.tokens.length}`;
      const ragged = row.pastLength === 0 ? 'start' : `${row.tokens.length}`;
      const key = this.batching === 'ragged' ? ragged : this.batching === 'even' ? exact : `${index}`;
      groups.set(key, [...(groups.get(key) ?? []), index]);
    });
    return [...groups.values()].map((indices) => ({
      indices,
      pastColumns: Math.max(...indices.map((index) => rows[index]!.pastLength)),
      width: Math.max(...indices.map((index) => rows[index]!.tokens.length)),
    }));
  }

  async #run(
    cache: KvCache,
    rows: readonly StepRow[],
    pass: Pass,
    wanted: readonly WantedPosition[],
    out: Distributions,
  ): Promise<void> {
    const own = pass.indices.map((index) => rows[index]!);
    const mine = wanted.map((want, at) => ({ ...want, at })).filter(({ row }) => pass.indices.includes(row));
    const lastOnly = mine.every(({ row, position }) => position === rows[row]!.tokens.length - 1);
    const feeds = { ...this.#past(cache, own, pass), ...this.#tokens(own, pass, lastOnly) };
    const keeps = own.some((row) => row.store >= 0);
    const result = await this.#session.run(feeds, keeps ? ['logits', ...this.#layout.presents] : ['logits']);
    this.#reduce(result.logits!, rows, pass, mine, out);
    if (keeps) this.#keep(cache, own, pass, result);
  }

  #tokens(own: readonly StepRow[], { pastColumns, width }: Pass, lastOnly: boolean): Feeds {
    const columns = pastColumns + width;
    const ids = new BigInt64Array(own.length * width);
    const positions = new BigInt64Array(own.length * width);
    const mask = new BigInt64Array(own.length * columns);
    own.forEach((row, r) => {
      const pad = width - row.tokens.length;
      for (let i = 0; i < row.tokens.length; i++) {
        ids[r * width + pad + i] = BigInt(row.tokens[i]!);
        positions[r * width + pad + i] = BigInt(row.pastLength + i);
      }
      mask.fill(1n, r * columns + pastColumns - row.pastLength + pad, (r + 1) * columns);
    });
    const { optional } = this.#layout;
    return {
      input_ids: new Tensor('int64', ids, [own.length, width]),
      ...(optional.has('attention_mask') ? { attention_mask: new Tensor('int64', mask, [own.length, columns]) } : {}),
      ...(optional.has('position_ids') ? { position_ids: new Tensor('int64', positions, [own.length, width]) } : {}),
      ...(optional.has('num_logits_to_keep')
        ? { num_logits_to_keep: new Tensor('int64', BigInt64Array.of(lastOnly ? 1n : 0n), []) }
        : {}),
      ...(optional.has('use_cache_branch')
        ? { use_cache_branch: new Tensor('bool', Uint8Array.of(pastColumns > 0 ? 1 : 0), [1]) }
        : {}),
    };
  }

  /** The pasts of the rows, aligned on the right. */
  #past(cache: KvCache, own: readonly StepRow[], { pastColumns }: Pass): Feeds {
    const { heads, headSize } = cache.shape;
    const dims = [own.length, heads, pastColumns, headSize];
    const size = heads * pastColumns * headSize;
    const feeds: Feeds = {};
    this.#layout.pasts.forEach((name, buffer) => {
      const data = cacheArray(cache.element, own.length * size);
      own.forEach((row, r) => {
        const offset = r * size + (pastColumns - row.pastLength) * headSize;
        cache.gather(buffer, row.past, row.pastLength, data, offset, pastColumns);
      });
      feeds[name] = data instanceof Uint16Array ? float16Tensor(data, dims) : new Tensor('float32', data, dims);
    });
    return feeds;
  }

  #keep(
    cache: KvCache,
    own: readonly StepRow[],
    { pastColumns, width }: Pass,
    result: InferenceSession.ReturnType,
  ): void {
    const columns = pastColumns + width;
    for (const row of own) if (row.store >= 0) cache.copySlot(row.past, row.store, row.pastLength);
    this.#layout.presents.forEach((name, buffer) => {
      const data = bitsOf(result[name]!, cache);
      own.forEach((row, r) => {
        if (row.store < 0) return;
        cache.scatter(
          buffer,
          row.store,
          row.pastLength,
          data,
          r,
          columns,
          columns - row.tokens.length,
          row.tokens.length,
        );
      });
    });
  }

  #reduce(
    logits: Tensor,
    rows: readonly StepRow[],
    { indices, width }: Pass,
    mine: readonly (WantedPosition & { readonly at: number })[],
    out: Distributions,
  ): void {
    const all = floatsOf(logits);
    const vocabulary = logits.dims[2]!;
    const kept = logits.dims[1]!;
    for (const { row, position, target, at } of mine) {
      const column = position + kept - rows[row]!.tokens.length;
      const start = (indices.indexOf(row) * kept + column) * vocabulary;
      if (column < 0 || width < kept) throw new RangeError('the graph returned fewer logits than tokens');
      const line = all.subarray(start, start + vocabulary);
      const { ids, logSumExp } = reduceLogits(line, out.k);
      ids.forEach((id, i) => {
        out.topIds[at * out.k + i] = id;
        out.topLogits[at * out.k + i] = line[id]!;
        out.topLogProbabilities[at * out.k + i] = line[id]! - logSumExp;
      });
      out.targetLogProbabilities[at] = line[target]! - logSumExp;
    }
  }
}

/** fp16 comes as Uint16Array or, in newer Node, as Float16Array; the cache holds its bits. */
function bitsOf(tensor: Tensor, cache: KvCache): CacheArray {
  const data = tensor.data as Float32Array;
  return cache.element === 'float32' ? data : new Uint16Array(data.buffer, data.byteOffset, data.length);
}

function floatsOf(tensor: Tensor): Float32Array {
  const data = tensor.data as Float32Array;
  if (tensor.type === 'float32') return data;
  return fromFloat16(new Uint16Array(data.buffer, data.byteOffset, data.length));
}
