import type { NodeProto } from '../generated/onnx_pb.ts';
import { attribute, MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import { addGroupedAttention } from '../slim/grouped-attention.ts';
import { type LayerView, POSITIONS, type SlimShape } from '../slim/slim-frame.ts';
import { cannotConvert } from './cannot-convert.ts';
import type { ExportedDecoder } from './decoder-config.ts';

/** New keys and values of a layer, [B,S,keyHeads·headSize] each. */
export type NewKeyAndValue = readonly [key: string, value: string];

/**
 * Replaces a GroupQueryAttention or MultiHeadAttention node by slim attention, rotary embedding included where the node
 * does it.
 * @throws AssayError MODEL_UNSUPPORTED naming what of the node has no counterpart
 */
export function replaceFusedAttention(
  graph: OnnxGraph,
  node: NodeProto,
  layer: number,
  { shape, layers, scoreCap }: ExportedDecoder,
  file: string,
): NewKeyAndValue {
  checkFused(node, file);
  graph.removeNode(node);
  const name = `slim.${layer}.`;
  const [q, k, v] = node.opType === 'GroupQueryAttention' ? roped(graph, node, name, shape, file) : node.input;
  if (!q || !k || !v) throw cannotConvert(file, `${node.opType} of layer ${layer} has packed queries, keys and values`);
  const scale = attribute(node, 'scale')?.f || shape.headSize ** -0.5;
  const view = viewOf(node);
  const { window } = layers[layer]!;
  if (view.window !== window || (view.cap ?? scoreCap) !== scoreCap) {
    const said = `a window of ${view.window ?? 'no'} tokens and a cap of ${view.cap ?? 'none'}`;
    throw cannotConvert(file, `${node.opType} of layer ${layer} has ${said}, and config.json says otherwise`);
  }
  addGroupedAttention(graph, layer, [q, k, v], { ...view, scale }, shape, node.output[0]!);
  return [k, v];
}

/** Window and cap that the node applies itself. */
function viewOf(node: NodeProto): LayerView {
  const cap = attribute(node, 'softcap')?.f ?? 0;
  const window = Number(attribute(node, 'local_window_size')?.i ?? -1n);
  return { cap: cap > 0 ? cap : null, window: window > 0 ? window : null };
}

function checkFused(node: NodeProto, file: string): void {
  const unwanted = (what: string): Error => cannotConvert(file, `${node.opType} with ${what}`);
  if (Number(attribute(node, 'smooth_softmax')?.i ?? 0n) === 1) throw unwanted('smooth_softmax');
  if (node.opType === 'GroupQueryAttention' && node.input.slice(11).some((name) => name !== '')) {
    throw unwanted('head_sink or a quantised cache');
  }
  if (node.opType === 'MultiHeadAttention' && node.input[3]) throw unwanted('a packed bias');
}

/** Queries and keys after the node's own rotary embedding, and values; [B,S,·] each. */
function roped(graph: OnnxGraph, node: NodeProto, name: string, shape: SlimShape, file: string): readonly string[] {
  const { heads, keyHeads, headSize } = shape;
  const [q, k, v] = node.input;
  const rotates = Number(attribute(node, 'do_rotary')?.i ?? 0n) === 1;
  const interleaved = attribute(node, 'rotary_interleaved')?.i ?? 0n;
  const split = (value: string, sizes: readonly number[], to: readonly string[]): void => {
    const lengths = graph.integers(`slim.split_${sizes.join('_')}`, sizes);
    graph.op('Split', [value, lengths], to, { attributes: { axis: -1n } });
  };
  const rotate = (value: string, to: string, count: number): string => {
    if (!rotates) return value;
    const [cos, sin] = [node.input[7], node.input[8]];
    if (!cos || !sin) throw cannotConvert(file, 'GroupQueryAttention with do_rotary and no cos_cache');
    const width = graph.initializers.get(cos)?.dims[1];
    const part = width === undefined || width * 2 === headSize ? {} : { rotary_embedding_dim: BigInt(width * 2) };
    const attributes = { num_heads: BigInt(count), interleaved, ...part };
    return graph.op('RotaryEmbedding', [value, POSITIONS, cos, sin], to, { domain: MICROSOFT, attributes });
  };
  if (k && v) return [rotate(q!, `${name}q_roped`, heads), rotate(k, `${name}k_roped`, keyHeads), v];
  // Packed: one product made queries, keys and values, so queries and keys are turned together.
  split(q!, [(heads + keyHeads) * headSize, keyHeads * headSize], [`${name}qk`, `${name}v_flat`]);
  const both = rotate(`${name}qk`, `${name}qk_roped`, heads + keyHeads);
  split(both, [heads * headSize, keyHeads * headSize], [`${name}q_roped`, `${name}k_roped`]);
  return [`${name}q_roped`, `${name}k_roped`, `${name}v_flat`];
}
