import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { addSlimCore, type LayerView, type SlimShape } from './slim-frame.ts';

/**
 * Slim attention over queries, keys and values that are turned already.
 * @param qkv [B,S,heads·headSize], and [B,S,keyHeads·headSize] twice
 * @param output name of the result, [B,S,heads·headSize]
 */
export function addGroupedAttention(
  graph: OnnxGraph,
  layer: number,
  [q, k, v]: readonly [string, string, string],
  { scale, ...view }: LayerView & { readonly scale: number },
  shape: SlimShape,
  output: string,
): void {
  const { heads, keyHeads, headSize } = shape;
  const name = `slim.${layer}.`;
  const split = graph.integers('slim.split_q', [0, 0, keyHeads, heads / keyHeads, headSize]);
  const grouped = graph.op('Reshape', [q, split], `${name}q5`);
  const scaled = graph.op('Mul', [grouped, graph.floats(`slim.scale_${scale}`, [scale], [])], `${name}q_scaled`);
  const rows = graph.op('Transpose', [scaled], `${name}q_rows`, { attributes: { perm: [0n, 2n, 3n, 1n, 4n] } });
  const q4 = graph.op('Reshape', [rows, graph.integers('slim.join_q', [0, 0, -1, headSize])], `${name}q`);
  const heads4 = (value: string, to: string): string => {
    const split4 = graph.integers('slim.split_kv', [0, 0, keyHeads, headSize]);
    const four = graph.op('Reshape', [value, split4], `${to}4`);
    return graph.op('Transpose', [four], to, { attributes: { perm: [0n, 2n, 1n, 3n] } });
  };
  addSlimCore(graph, layer, [q4, heads4(k, `${name}k`), heads4(v, `${name}v`)], view, `${name}out`);
  joinHeads(graph, `${name}out`, output, shape, name);
}

/** [B,keyHeads,G·S,headSize] to [B,S,heads·headSize]. */
function joinHeads(graph: OnnxGraph, from: string, output: string, shape: SlimShape, name: string): void {
  const { heads, keyHeads, headSize } = shape;
  if (graph.producer('slim.out_shape') === undefined) {
    const groups = graph.integers('slim.groups', [heads / keyHeads]);
    const size = graph.integers('slim.head_size', [headSize]);
    const parts = [graph.integers('slim.keep2', [0, 0]), groups, 'slim.S1', size];
    graph.op('Concat', parts, 'slim.out_shape', { attributes: { axis: 0n } });
  }
  const out5 = graph.op('Reshape', [from, 'slim.out_shape'], `${name}out5`);
  const turned = graph.op('Transpose', [out5], `${name}out_turned`, { attributes: { perm: [0n, 3n, 1n, 2n, 4n] } });
  graph.op('Reshape', [turned, graph.integers('slim.join_heads', [0, 0, heads * headSize])], output);
}
