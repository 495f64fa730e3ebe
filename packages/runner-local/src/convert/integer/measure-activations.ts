import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { CacheShape } from '../../layouts/kv-cache.ts';
import { openSession } from '../../runtime/open-session.ts';
import { readOnnx } from '../onnx/read-onnx.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import type { ChannelPeaks } from './choose-steps.ts';

/** What a value was on the calibration texts. */
export interface MeasuredValue extends ChannelPeaks {
  readonly rank: number;
}

/** Numbers of a head that a rotary embedding turns together. */
export interface TurnedPairs {
  readonly turned: number;
  readonly interleaved: boolean;
}

export interface WantedValues {
  /** Values [...,K], measured by their last axis. */
  readonly channels: readonly string[];
  /** Values [B,keyHeads,rows,headSize], measured as the lengths of turned pairs: [keyHeads · headSize]. */
  readonly heads: ReadonlyMap<string, TurnedPairs | undefined>;
}

export interface Measured {
  readonly channels: ReadonlyMap<string, MeasuredValue>;
  readonly heads: ReadonlyMap<string, Float32Array>;
}

/**
 * Runs a slim graph on texts and notes the largest size of every channel of some of its values.
 * @param folder for a copy of the graph that shows them
 */
export async function measureActivations(
  path: string,
  folder: string,
  wanted: WantedValues,
  texts: readonly (readonly number[])[],
  cache: CacheShape,
): Promise<Measured> {
  const graph = readOnnx(path);
  const names = [...new Set([...wanted.channels, ...wanted.heads.keys()])];
  for (const name of names) graph.output(name, ELEMENT.float);
  const copy = join(folder, 'measured.onnx');
  await writeOnnx(copy, graph, [...graph.nodes]);
  const session = await openSession(copy, { threads: availableParallelism() });
  const channels = new Map<string, MeasuredValue>();
  const heads = new Map<string, Float32Array>();
  try {
    for (const tokens of texts) {
      const found = await session.run(feedsOf(session, tokens, cache), names);
      for (const name of wanted.channels) channels.set(name, widened(channels.get(name), found[name]!));
      for (const [name, pairs] of wanted.heads) heads.set(name, longest(heads.get(name), found[name]!, pairs));
    }
  } finally {
    await session.release();
  }
  return { channels, heads };
}

export function feedsOf(
  session: InferenceSession,
  tokens: readonly number[],
  cache: CacheShape,
): Record<string, Tensor> {
  const ids = BigInt64Array.from(tokens, BigInt);
  const int64 = (values: BigInt64Array, dims: readonly number[]): Tensor => new Tensor('int64', values, dims);
  const { heads, headSize } = cache;
  const past = new Tensor('float32', new Float32Array(heads * headSize), [1, heads, 1, headSize]);
  const rows = BigInt64Array.from(tokens.keys(), BigInt);
  const feeds: Record<string, Tensor> = {
    input_ids: int64(ids, [1, tokens.length]),
    past_len: int64(BigInt64Array.of(0n), [1]),
    rows: int64(rows, [tokens.length]),
    targets: int64(new BigInt64Array(tokens.length), [tokens.length]),
    k: int64(BigInt64Array.of(1n), [1]),
  };
  for (const name of session.inputNames) feeds[name] ??= past;
  return feeds;
}

function widened(before: MeasuredValue | undefined, tensor: Tensor): MeasuredValue {
  const width = tensor.dims.at(-1)!;
  const values = tensor.data as Float32Array;
  const all = before?.all ?? new Float32Array(width);
  const later = before?.later ?? new Float32Array(width);
  for (let at = 0; at < values.length; at++) {
    const [channel, size] = [at % width, Math.abs(values[at]!)];
    if (size > all[channel]!) all[channel] = size;
    if (at >= width && size > later[channel]!) later[channel] = size;
  }
  return { all, later, rank: tensor.dims.length };
}

/** Of each pair the longest, at both of its places; a number that is not turned is a pair of its own. */
function longest(before: Float32Array | undefined, tensor: Tensor, pairs: TurnedPairs | undefined): Float32Array {
  const [, keyHeads, rows, headSize] = tensor.dims as [number, number, number, number];
  const values = tensor.data as Float32Array;
  const most = before ?? new Float32Array(keyHeads * headSize);
  const other = Int32Array.from({ length: headSize }, (_, d) => partnerOf(d, pairs));
  for (let head = 0; head < keyHeads; head++) {
    for (let row = 0; row < rows; row++) {
      const start = (head * rows + row) * headSize;
      for (let d = 0; d < headSize; d++) {
        const partner = other[d]!;
        const size =
          partner === d ? Math.abs(values[start + d]!) : Math.hypot(values[start + d]!, values[start + partner]!);
        const place = head * headSize + d;
        if (size > most[place]!) most[place] = size;
      }
    }
  }
  return most;
}

function partnerOf(d: number, pairs: TurnedPairs | undefined): number {
  if (pairs === undefined || d >= pairs.turned) return d;
  if (pairs.interleaved) return d ^ 1;
  const half = pairs.turned / 2;
  return d < half ? d + half : d - half;
}
