import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { type CacheArray, cacheArray } from './cache-array.ts';
import { cacheElements, cacheTensor, floatsOf } from './cache-tensor.ts';
import type { Batching, CausalModel, Distributions, StepRow, WantedPosition } from './causal-model.ts';
import type { DecoderSessions, Feeds } from './decoder-sessions.ts';
import { emptyDistributions, writeDistribution } from './distributions.ts';
import { KvCache } from './kv-cache.ts';
import type { Seq2SeqLayout } from './seq2seq-layout.ts';
import type { Source } from './source.ts';

/** Rows that go through the decoder together. */
interface Pass {
  readonly rows: readonly StepRow[];
  readonly indices: readonly number[];
  readonly pastLength: number;
  readonly width: number;
}

/** Tokens of one pass of the encoder, padding included; wider ones hold more memory and are hardly faster. */
const ENCODER_TOKENS = 512;

/**
 * An encoder-decoder (T5, BART and their kin), as optimum and transformers.js export it. The encoder runs once for a
 * source; what the decoder takes from it is kept with the source. The decoder has no mask of its own: it takes positions
 * from the length of its past, so rows go together when their pasts are equally long, new tokens padded on the right,
 * where nothing before them looks.
 */
export class Seq2SeqModel implements CausalModel {
  readonly vocabularySize: number;
  /** Set once it is known what the export's kernels support: here of sources, since decoders go in step anyway. */
  batching: Batching = 'ragged';
  readonly continuation = 'token';
  readonly mixesLengths = false;
  /** Logits of one token, known after the first step. */
  logitCount = 0;
  readonly #encoder: InferenceSession;
  readonly #decoder: DecoderSessions;
  readonly #layout: Seq2SeqLayout;
  #fed: { readonly sources: readonly Source[]; readonly feeds: Feeds } | undefined;

  constructor(encoder: InferenceSession, decoder: DecoderSessions, layout: Seq2SeqLayout, vocabularySize: number) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#layout = layout;
    this.vocabularySize = vocabularySize;
  }

  createCache(): KvCache {
    return new KvCache(this.#layout.shape, this.#layout.element);
  }

  /** A row with a past brings one token; each row has its source. */
  async step(
    cache: KvCache,
    rows: readonly StepRow[],
    wanted: readonly WantedPosition[],
    k: number,
  ): Promise<Distributions> {
    await this.#encode(rows);
    const out = emptyDistributions(wanted.length, k);
    for (const pass of this.#passes(rows)) await this.#run(cache, pass, wanted, out);
    return out;
  }

  async close(): Promise<void> {
    this.#fed = undefined;
    await this.#encoder.release();
    await this.#decoder.release();
  }

  /** What may go together: sources of any length, of equal length, or one by one. */
  #sourceKey(source: Source, index: number): string {
    if (this.batching === 'alone') return `row ${index}`;
    return this.batching === 'even' ? `${source.tokens.length}` : '';
  }

  async #encode(rows: readonly StepRow[]): Promise<void> {
    const fresh = [...new Set(rows.map(sourceOf))].filter((source) => source.encoded === undefined);
    fresh.sort((a, b) => a.tokens.length - b.tokens.length);
    const groups = groupBy(fresh, (source, index) => this.#sourceKey(source, index));
    for (const indices of groups) {
      const sources = indices.map((index) => fresh[index]!);
      while (sources.length > 0) await this.#encodeTogether(sources.splice(0, fitting(sources)));
    }
  }

  async #encodeTogether(sources: readonly Source[]): Promise<void> {
    const width = widest(sources);
    const ids = new BigInt64Array(sources.length * width);
    sources.forEach(({ tokens }, r) => {
      for (let i = 0; i < tokens.length; i++) ids[r * width + i] = BigInt(tokens[i]!);
    });
    const input = new Tensor('int64', ids, [sources.length, width]);
    const feeds: Feeds = { input_ids: input, attention_mask: maskOf(sources, width) };
    const known = this.#encoder.inputNames.map((name) => [name, feeds[name]!] as const);
    const { last_hidden_state } = await this.#encoder.run(Object.fromEntries(known), ['last_hidden_state']);
    const hidden = cacheElements(last_hidden_state!);
    const size = last_hidden_state!.dims[2]!;
    sources.forEach((source, r) => {
      const start = r * width * size;
      source.encoded = { hidden: hidden.slice(start, start + source.tokens.length * size), cross: undefined };
    });
  }

  #passes(rows: readonly StepRow[]): Pass[] {
    const key = (row: StepRow, index: number) => `${row.pastLength} ${this.#sourceKey(sourceOf(row), index)}`;
    return groupBy(rows, key).map((indices) => {
      const own = indices.map((index) => rows[index]!);
      const width = Math.max(...own.map((row) => row.tokens.length));
      return { rows: own, indices, pastLength: own[0]!.pastLength, width };
    });
  }

  async #run(cache: KvCache, pass: Pass, wanted: readonly WantedPosition[], out: Distributions): Promise<void> {
    const { rows, pastLength, width } = pass;
    if (pastLength > 0 && width > 1) throw new RangeError('one token at a time follows a past here');
    const { presents, crossPresents } = this.#layout;
    const keeps = rows.some((row) => row.store >= 0);
    const crosses = keeps && pastLength === 0;
    const outputs = ['logits', ...(keeps ? presents : []), ...(crosses ? crossPresents : [])];
    const feeds = { ...this.#tokens(pass), ...this.#past(cache, pass), ...this.#sources(rows.map(sourceOf)) };
    const result = await this.#decoder.run(feeds, outputs, pastLength > 0);
    const logits = floatsOf(result.logits!);
    const vocabulary = result.logits!.dims[2]!;
    this.logitCount = vocabulary;
    wanted.forEach(({ row, position, target }, at) => {
      const r = pass.indices.indexOf(row);
      if (r < 0) return;
      const start = (r * width + position) * vocabulary;
      writeDistribution(out, at, logits.subarray(start, start + vocabulary), target);
    });
    if (keeps) this.#keep(cache, pass, result);
    if (crosses) this.#keepCross(rows, result);
  }

  #tokens({ rows, width }: Pass): Feeds {
    const ids = new BigInt64Array(rows.length * width);
    rows.forEach(({ tokens }, r) => {
      for (let i = 0; i < tokens.length; i++) ids[r * width + i] = BigInt(tokens[i]!);
    });
    return { input_ids: new Tensor('int64', ids, [rows.length, width]) };
  }

  #past(cache: KvCache, { rows, pastLength }: Pass): Feeds {
    const { heads, headSize } = cache.shape;
    const size = heads * pastLength * headSize;
    const feeds: Feeds = {};
    this.#layout.pasts.forEach((name, buffer) => {
      const data = cacheArray(cache.element, rows.length * size);
      rows.forEach((row, r) => {
        cache.gather(buffer, row.past, pastLength, data, r * size, pastLength);
      });
      feeds[name] = cacheTensor(data, [rows.length, heads, pastLength, headSize]);
    });
    return feeds;
  }

  /** The encoder's part, laid out once for the same sources in the same order. */
  #sources(sources: readonly Source[]): Feeds {
    const fed = this.#fed;
    if (fed?.sources.length === sources.length && sources.every((source, r) => source === fed.sources[r]))
      return fed.feeds;
    const width = widest(sources);
    const feeds: Feeds = {
      encoder_attention_mask: maskOf(sources, width),
      encoder_hidden_states: padded(
        sources.map(({ encoded }) => encoded!.hidden),
        sources,
        width,
      ),
    };
    const crossed = sources.every(({ encoded }) => encoded!.cross !== undefined);
    const { heads, headSize } = this.#layout.shape;
    this.#layout.crossPasts.forEach((name, buffer) => {
      feeds[name] = crossed
        ? padded(
            sources.map(({ encoded }) => encoded!.cross![buffer]!),
            sources,
            width,
            heads,
          )
        : cacheTensor(cacheArray(this.#layout.element, 0), [sources.length, heads, 0, headSize]);
    });
    this.#fed = crossed ? { sources, feeds } : undefined;
    return feeds;
  }

  #keep(cache: KvCache, { rows, pastLength }: Pass, result: InferenceSession.ReturnType): void {
    for (const row of rows) if (row.store >= 0) cache.copySlot(row.past, row.store, pastLength);
    this.#layout.presents.forEach((name, buffer) => {
      const present = result[name]!;
      const data = cacheElements(present);
      rows.forEach((row, r) => {
        if (row.store < 0) return;
        cache.scatter(buffer, row.store, pastLength, data, r, present.dims[2]!, pastLength, row.tokens.length);
      });
    });
  }

  /** Keys and values that stay the same for all of a source's answers. */
  #keepCross(rows: readonly StepRow[], result: InferenceSession.ReturnType): void {
    rows.forEach((row, r) => {
      const { encoded, tokens } = sourceOf(row);
      if (row.store < 0 || encoded!.cross !== undefined) return;
      encoded!.cross = this.#layout.crossPresents.map((name) => {
        const { heads, headSize } = this.#layout.shape;
        const present = result[name]!;
        const data = cacheElements(present);
        const columns = present.dims[2]!;
        const own = cacheArray(this.#layout.element, heads * tokens.length * headSize);
        for (let head = 0; head < heads; head++) {
          const start = (r * heads + head) * columns * headSize;
          own.set(data.subarray(start, start + tokens.length * headSize), head * tokens.length * headSize);
        }
        return own;
      });
    });
  }
}

function sourceOf(row: StepRow): Source {
  if (row.source === undefined) throw new TypeError('a row of an encoder-decoder needs its source');
  return row.source;
}

/** How many of the sources, which go from short to long, one pass takes. */
function fitting(sources: readonly Source[]): number {
  const over = sources.findIndex(({ tokens }, at) => tokens.length * (at + 1) > ENCODER_TOKENS);
  return over < 0 ? sources.length : Math.max(1, over);
}

function widest(sources: readonly Source[]): number {
  return sources.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
}

function maskOf(sources: readonly Source[], width: number): Tensor {
  const mask = new BigInt64Array(sources.length * width);
  sources.forEach(({ tokens }, r) => {
    mask.fill(1n, r * width, r * width + tokens.length);
  });
  return new Tensor('int64', mask, [sources.length, width]);
}

/** Each source's [length, size] or [heads, length, size] elements in one tensor, padded to a common length. */
function padded(parts: readonly CacheArray[], sources: readonly Source[], width: number, headCount?: number): Tensor {
  const heads = headCount ?? 1;
  const size = parts[0]!.length / (heads * sources[0]!.tokens.length);
  const element = parts[0] instanceof Uint16Array ? 'float16' : 'float32';
  const data = cacheArray(element, parts.length * heads * width * size);
  parts.forEach((part, r) => {
    const own = sources[r]!.tokens.length * size;
    for (let head = 0; head < heads; head++) {
      data.set(part.subarray(head * own, (head + 1) * own), (r * heads + head) * width * size);
    }
  });
  return cacheTensor(data, [parts.length, ...(headCount === undefined ? [] : [headCount]), width, size]);
}

/** Indices of the elements that share a key. */
function groupBy<T>(values: readonly T[], key: (value: T, index: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  values.forEach((value, index) => {
    const at = key(value, index);
    groups.set(at, [...(groups.get(at) ?? []), index]);
  });
  return [...groups.values()];
}
