import { attribute } from '../onnx/onnx-graph.ts';
import type { SlimShape } from '../slim/slim-frame.ts';
import { cannotQuantise } from './cannot-quantise.ts';
import { centred, peaksOf } from './choose-steps.ts';
import type { ColumnFactors } from './column-factors.ts';
import { type AttentionCore, findCore } from './find-cores.ts';
import { eachHead, inverse } from './head-groups.ts';
import { type AttentionSteps, HALF_OF_SEVEN } from './integer-attention.ts';
import type { Measured, TurnedPairs } from './measure-activations.ts';
import { type Traceable, type TracedColumns, traceColumns } from './trace-columns.ts';

/** Turns of queries and keys, and where their columns come from. */
export interface TracedCore {
  readonly core: AttentionCore;
  readonly q: TracedColumns | undefined;
  readonly k: TracedColumns | undefined;
}

/** Room of the steps above what calibration saw: queries have two terms, so that room costs them nothing. */
const ROOM = { cache: 1.05, queries: 3 };

/** @throws AssayError MODEL_UNSUPPORTED where a layer's attention is not that of the slim layout */
export function coreOf(traceable: Traceable, layer: number, shape: SlimShape, path: string): TracedCore {
  const core = findCore(traceable.graph, layer);
  if (core === undefined) throw cannotQuantise(path, `the attention of layer ${layer} is not that of the slim layout`);
  const { heads, keyHeads, headSize } = shape;
  const q = traceColumns(traceable, core.q, heads * headSize, true);
  const k = traceColumns(traceable, core.k, keyHeads * headSize, true);
  const isTurned = q?.rotary !== undefined && k?.rotary !== undefined;
  return isTurned ? { core, q, k } : { core, q: undefined, k: undefined };
}

/** What a rotary embedding turns together, if there is one. */
export function turnOf(columns: TracedColumns | undefined, { headSize }: SlimShape): TurnedPairs | undefined {
  if (columns?.rotary === undefined) return undefined;
  const turned = Number(attribute(columns.rotary, 'rotary_embedding_dim')?.i ?? 0n);
  const interleaved = attribute(columns.rotary, 'interleaved')?.i === 1n;
  return { turned: turned === 0 ? headSize : turned, interleaved };
}

/**
 * What keys are divided by and queries multiplied with: each pair's peak, so that every pair of the cache has a step of its
 * own. Queries, which have two terms, carry the spread. 1 where it cannot be folded away.
 */
export function planTurn(
  { core, q, k }: TracedCore,
  measured: Measured,
  shape: SlimShape,
  factors: ColumnFactors,
): Float32Array {
  const [queries, keys] = [measured.heads.get(core.q)!, measured.heads.get(core.k)!];
  if (q === undefined || k === undefined) return queries.map(() => 1);
  const turn = centred(peaksOf(keys));
  factors.add(q, eachHead(turn, shape));
  factors.add(k, inverse(turn));
  return turn;
}

/** @param smoothing what the values' columns are divided by, if they are */
export function attentionSteps(
  core: AttentionCore,
  measured: Measured,
  turn: Float32Array,
  smoothing: Float32Array | undefined,
): AttentionSteps {
  const [queries, keys, values] = [core.q, core.k, core.v].map((name) => measured.heads.get(name)!);
  const step = (sizes: Float32Array, room = ROOM.cache, most = 127): number =>
    Math.fround((room * Math.max(...sizes, 1e-9)) / most);
  return {
    q: step(
      queries!.map((size, at) => size * turn[at]!),
      ROOM.queries,
      HALF_OF_SEVEN,
    ),
    k: step(keys!.map((size, at) => size / turn[at]!)),
    v: step(values!.map((size, at) => size / (smoothing?.[at] ?? 1))),
  };
}
