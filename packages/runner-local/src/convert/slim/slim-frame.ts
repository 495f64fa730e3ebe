import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';

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

/** [B,S] places of the new tokens in their rows, made from `past_len`. */
export const POSITIONS = 'slim.positions';

/**
 * Inputs of the slim layout (models/SmolLM2-135M-Instruct/slim-layout.md), and positions and mask made from them: a row's
 * columns of past from `past_len` on are hidden, and new tokens see those before them.
 */
export function addSlimFrame(graph: OnnxGraph, shape: SlimShape): void {
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
  addMask(graph, shape);
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
function addMask(graph: OnnxGraph, { heads, keyHeads }: SlimShape): void {
  const one = graph.integers('slim.axis1', [1]);
  const seen = graph.floats('slim.seen', [0], []);
  const hidden = graph.floats('slim.hidden', [-1e9], []);
  const concat = (values: readonly string[], name: string, axis: bigint): string =>
    graph.op('Concat', values, name, { attributes: { axis } });
  const columns = graph.op('Unsqueeze', ['slim.columns', graph.integers('slim.axis0', [0])], 'slim.columns_row');
  const valid = graph.op('Less', [columns, 'slim.past_len1'], 'slim.valid');
  const past = graph.op('Where', [valid, seen, hidden], 'slim.mask_past2');
  const past5 = graph.op('Unsqueeze', [past, graph.integers('slim.axes123', [1, 2, 3])], 'slim.mask_past5');
  const pastShape = concat([one, one, one, 'slim.S1', one], 'slim.mask_past_shape', 0n);
  graph.op('Expand', [past5, pastShape], 'slim.mask_past');
  const rows = graph.op('Unsqueeze', ['slim.new', one], 'slim.new_column');
  const causal = graph.op('LessOrEqual', ['slim.new_row', rows], 'slim.causal');
  const fresh = graph.op('Where', [causal, seen, hidden], 'slim.mask_new2');
  const batch = graph.op('Shape', ['past_len'], 'slim.B1');
  const freshShape = concat([batch, one, one, 'slim.S1', 'slim.S1'], 'slim.mask_new_shape', 0n);
  graph.op('Expand', [fresh, freshShape], 'slim.mask_new');
  const both = concat(['slim.mask_past', 'slim.mask_new'], 'slim.mask5', -1n);
  const grouped = graph.integers('slim.mask_groups', [1, 1, heads / keyHeads, 1, 1]);
  const repeated = graph.op('Expand', [both, grouped], 'slim.mask_grouped');
  const width = graph.op('Add', ['slim.T1', 'slim.S1'], 'slim.T_plus_S');
  const shape = [graph.integers('slim.keep', [0]), one, graph.integers('slim.rest', [-1]), width];
  graph.op('Reshape', [repeated, concat(shape, 'slim.mask_shape', 0n)], 'slim.mask');
}

/**
 * Attention that reads the past where it lies and copies none of it.
 * @param q [B,keyHeads,G·S,headSize], scaled: the queries that share a key head are rows of one product
 * @param k,v [B,keyHeads,S,headSize] of the new tokens
 * @param output name of the result, shaped as `q`
 */
export function addSlimCore(graph: OnnxGraph, layer: number, q: string, k: string, v: string, output: string): void {
  const name = `slim.${layer}.`;
  const product = (a: string, b: string, to: string): string =>
    graph.op('FusedMatMul', [a, b], name + to, { domain: MICROSOFT, attributes: { transB: 1n } });
  const past = product(q, `past_key_values.${layer}.key`, 'scores_past');
  const fresh = product(q, k, 'scores_new');
  const scores = graph.op('Concat', [past, fresh], `${name}scores`, { attributes: { axis: -1n } });
  const masked = graph.op('Add', [scores, 'slim.mask'], `${name}masked`);
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
