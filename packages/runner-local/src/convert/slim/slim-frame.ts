import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { addCap } from './cap.ts';

/** Sizes that the slim layout is built from. */
export interface SlimShape {
  readonly layers: number;
  /** Query heads. */
  readonly heads: number;
  /** Heads of keys and values; several query heads may share one. */
  readonly keyHeads: number;
  readonly headSize: number;
  /** Width of the hidden state before the output layer. */
  readonly hiddenSize: number;
}

/** How a layer weighs what it sees. */
export interface LayerView {
  /** Scores s become cap · tanh(s / cap). */
  readonly cap: number | null;
  /** Tokens that a token sees, itself included; null for all before it. */
  readonly window: number | null;
}

/** [B,S] places of the new tokens in their rows, made from `past_len`. */
export const POSITIONS = 'slim.positions';

/**
 * Inputs of the slim layout (models/SmolLM2-135M-Instruct/slim-layout.md), and positions and mask made from them: a row's
 * columns of past from `past_len` on are hidden, and new tokens see those before them.
 * @param windows of the layers: a mask is made for each that is asked for
 */
export function addSlimFrame(graph: OnnxGraph, shape: SlimShape, windows: readonly (number | null)[]): void {
  graph.inputs = [];
  graph.input('input_ids', ELEMENT.int64, ['B', 'S']);
  graph.input('past_len', ELEMENT.int64, ['B']);
  graph.input('rows', ELEMENT.int64, ['R']);
  graph.input('targets', ELEMENT.int64, ['R']);
  graph.input('k', ELEMENT.int64, [1]);
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const side of ['key', 'value']) {
      graph.input(`past_key_values.${layer}.${side}`, ELEMENT.float, ['B', shape.keyHeads, 'T', shape.headSize]);
    }
  }
  addLengths(graph);
  for (const window of new Set(windows)) addMask(graph, shape, window);
}

function maskName(window: number | null): string {
  return window === null ? 'slim.mask' : `slim.mask_window${window}`;
}

function addLengths(graph: OnnxGraph): void {
  const axis0 = graph.integers('slim.axis0', [0]);
  const axis1 = graph.integers('slim.axis1', [1]);
  const zero = graph.integers('slim.0', [0], []);
  const one = graph.integers('slim.1', [1], []);
  const ids = graph.op('Shape', ['input_ids'], 'slim.ids_shape');
  const past = graph.op('Shape', ['past_key_values.0.key'], 'slim.past_shape');
  const s = graph.op('Gather', [ids, one], 'slim.S', { attributes: { axis: 0n } });
  const t = graph.op('Gather', [past, graph.integers('slim.2', [2], [])], 'slim.T', { attributes: { axis: 0n } });
  graph.op('Unsqueeze', [s, axis0], 'slim.S1');
  graph.op('Unsqueeze', [t, axis0], 'slim.T1');
  graph.op('Concat', ['slim.T1', 'slim.S1'], 'slim.TS', { attributes: { axis: 0n } });
  graph.op('Range', [zero, s, one], 'slim.new');
  graph.op('Range', [zero, t, one], 'slim.columns');
  graph.op('Unsqueeze', ['past_len', axis1], 'slim.past_len1');
  graph.op('Unsqueeze', ['slim.new', axis0], 'slim.new_row');
  graph.op('Add', ['slim.past_len1', 'slim.new_row'], POSITIONS);
}

/** [B,1,G·S,T+S], added to the scores. */
function addMask(graph: OnnxGraph, { heads, keyHeads }: SlimShape, window: number | null): void {
  const name = maskName(window);
  const one = graph.integers('slim.axis1', [1]);
  const seen = graph.floats('slim.seen', [0], []);
  const hidden = graph.floats('slim.hidden', [-1e9], []);
  const concat = (values: readonly string[], to: string, axis: bigint): string =>
    graph.op('Concat', values, to, { attributes: { axis } });
  const past = graph.op('Where', [addSeenPast(graph, window, name), seen, hidden], `${name}_past3`);
  const past5 = graph.op('Unsqueeze', [past, graph.integers('slim.axes12', [1, 2])], `${name}_past5`);
  const batch = graph.op('Shape', ['past_len'], `${name}_B1`);
  const pastShape = concat([batch, one, one, 'slim.S1', 'slim.T1'], `${name}_past_shape`, 0n);
  graph.op('Expand', [past5, pastShape], `${name}_past`);
  const fresh = graph.op('Where', [addSeenNew(graph, window, name), seen, hidden], `${name}_new2`);
  const freshShape = concat([batch, one, one, 'slim.S1', 'slim.S1'], `${name}_new_shape`, 0n);
  graph.op('Expand', [fresh, freshShape], `${name}_new`);
  const both = concat([`${name}_past`, `${name}_new`], `${name}5`, -1n);
  const grouped = graph.integers('slim.mask_groups', [1, 1, heads / keyHeads, 1, 1]);
  const repeated = graph.op('Expand', [both, grouped], `${name}_grouped`);
  const width = graph.op('Add', ['slim.T1', 'slim.S1'], `${name}_T_plus_S`);
  const shape = [graph.integers('slim.keep', [0]), one, graph.integers('slim.rest', [-1]), width];
  graph.op('Reshape', [repeated, concat(shape, `${name}_shape`, 0n)], name);
}

/** [B,1,T] or, of a window, [B,S,T]: which columns of past each new token sees. */
function addSeenPast(graph: OnnxGraph, window: number | null, name: string): string {
  const axis0 = graph.integers('slim.axis0', [0]);
  const one = graph.integers('slim.axis1', [1]);
  const columns = graph.op('Unsqueeze', ['slim.columns', axis0], `${name}_columns`);
  const valid = graph.op('Less', [columns, 'slim.past_len1'], `${name}_valid`);
  const valid3 = graph.op('Unsqueeze', [valid, one], `${name}_valid3`);
  if (window === null) return valid3;
  const positions = graph.op('Unsqueeze', [POSITIONS, graph.integers('slim.axis2', [2])], `${name}_positions`);
  const far = graph.op('Sub', [positions, columns], `${name}_far`);
  const near = graph.op('Less', [far, graph.integers(`slim.window${window}`, [window], [])], `${name}_near`);
  return graph.op('And', [valid3, near], `${name}_seen_past`);
}

/** [S,S]: which of the new tokens each of them sees. */
function addSeenNew(graph: OnnxGraph, window: number | null, name: string): string {
  const rows = graph.op('Unsqueeze', ['slim.new', graph.integers('slim.axis1', [1])], `${name}_rows`);
  const causal = graph.op('LessOrEqual', ['slim.new_row', rows], `${name}_causal`);
  if (window === null) return causal;
  const far = graph.op('Sub', [rows, 'slim.new_row'], `${name}_new_far`);
  const near = graph.op('Less', [far, graph.integers(`slim.window${window}`, [window], [])], `${name}_new_near`);
  return graph.op('And', [causal, near], `${name}_seen_new`);
}

/**
 * Attention that reads the past where it lies and copies none of it.
 * @param q [B,keyHeads,G·S,headSize], scaled: the queries that share a key head are rows of one product
 * @param k,v [B,keyHeads,S,headSize] of the new tokens
 * @param output name of the result, shaped as `q`
 */
export function addSlimCore(
  graph: OnnxGraph,
  layer: number,
  [q, k, v]: readonly [q: string, k: string, v: string],
  { cap, window }: LayerView,
  output: string,
): void {
  const name = `slim.${layer}.`;
  const product = (a: string, b: string, to: string): string =>
    graph.op('FusedMatMul', [a, b], name + to, { domain: MICROSOFT, attributes: { transB: 1n } });
  const past = product(q, `past_key_values.${layer}.key`, 'scores_past');
  const fresh = product(q, k, 'scores_new');
  const scores = graph.op('Concat', [past, fresh], `${name}scores`, { attributes: { axis: -1n } });
  const capped = cap === null ? scores : addCap(graph, scores, cap, `${name}capped`);
  const masked = graph.op('Add', [capped, maskName(window)], `${name}masked`);
  const weights = graph.op('Softmax', [masked], `${name}weights`, { attributes: { axis: -1n } });
  const parts = [`${name}weights_past`, `${name}weights_new`];
  graph.op('Split', [weights, 'slim.TS'], parts, { attributes: { axis: -1n } });
  const fromPast = graph.op('MatMul', [parts[0]!, `past_key_values.${layer}.value`], `${name}from_past`);
  const fromNew = graph.op('MatMul', [parts[1]!, v], `${name}from_new`);
  graph.op('Add', [fromPast, fromNew], output);
}

/** `new_kv` [B,S,layers,2,keyHeads,headSize] of each layer's new keys and values, [B,S,keyHeads·headSize] each. */
export function addNewKeysAndValues(
  graph: OnnxGraph,
  { layers, keyHeads, headSize }: SlimShape,
  news: readonly string[],
): void {
  const all = graph.op('Concat', news, 'slim.new_flat', { attributes: { axis: -1n } });
  graph.op('Reshape', [all, graph.integers('slim.new_kv_shape', [0, 0, layers, 2, keyHeads, headSize])], 'new_kv');
  graph.output('new_kv', ELEMENT.float, ['B', 'S', layers, 2, keyHeads, headSize]);
}
