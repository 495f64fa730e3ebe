import { MICROSOFT } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { addGroupedAttention } from '../slim/grouped-attention.ts';
import { POSITIONS } from '../slim/slim-frame.ts';
import type { WeightGraph } from '../weights/weight-graph.ts';
import type { Decoder, Rope } from './decoder.ts';
import { addNorm } from './norms.ts';

/** Which row of the cosines and sines each new token has: [B,S]. */
const ROPE_ROWS = 'rope.rows';

/** Cosines and sines of the new tokens' positions, [B·S, turned / 2]: a table of all positions may be hundreds of megabytes. */
export function addRopeTables({ graph }: WeightGraph, { ropes }: Decoder): void {
  const [zero, one] = [graph.integers('int0', [0], []), graph.integers('int1', [1], [])];
  const count = graph.op('Range', [zero, graph.op('Size', [POSITIONS], 'rope.count'), one], 'rope.order');
  graph.op('Reshape', [count, graph.op('Shape', [POSITIONS], 'rope.shape')], ROPE_ROWS);
  const floats = graph.op('Cast', [POSITIONS], 'rope.floats', { attributes: { to: BigInt(ELEMENT.float) } });
  const column = graph.op('Reshape', [floats, graph.integers('rope.column_shape', [-1, 1])], 'rope.column');
  ropes.forEach(({ frequencies, factor }, at) => {
    const name = `rope${at}.`;
    const row = graph.floats(`${name}frequencies`, frequencies, [1, frequencies.length]);
    const angles = graph.op('MatMul', [column, row], `${name}angles`);
    for (const kind of ['Cos', 'Sin']) {
      const to = name + kind.toLowerCase();
      if (factor === 1) graph.op(kind, [angles], to);
      else graph.op('Mul', [graph.op(kind, [angles], `${to}1`), graph.floats(`factor${factor}`, [factor], [])], to);
    }
  });
}

/** Attention of a layer over x [B,S,hiddenSize]. @param news gets the layer's new keys and values */
export function addAttention(weights: WeightGraph, layer: number, x: string, decoder: Decoder, news: string[]): string {
  const { graph } = weights;
  const { shape, attentionScale: scale, scoreCap: cap } = decoder;
  const at = `blk.${layer}.attn_`;
  const [queries, keys, v] = addProjections(weights, at, x, decoder);
  const { rope, window } = decoder.layers[layer]!;
  const turned = (value: string, side: 'q' | 'k', count: number): string => {
    const normed = addHeadNorm(weights, value, `${at}${side}_norm.weight`, count, decoder);
    return rope === null ? normed : addRotation(weights, normed, count, decoder.ropes[rope]!, rope, shape.headSize);
  };
  const [q, k] = [turned(queries, 'q', shape.heads), turned(keys, 'k', shape.keyHeads)];
  news.push(k, v);
  addGroupedAttention(graph, layer, [q, k, v], { scale, cap, window }, shape, `${at}out`);
  return addLinear(weights, `${at}out`, `${at}output`, [shape.hiddenSize, shape.heads * shape.headSize]);
}

/** A product with its bias, where it has one. */
export function addLinear(weights: WeightGraph, x: string, name: string, dims: readonly number[]): string {
  weights.requireDims(`${name}.weight`, dims);
  const product = weights.linear(x, `${name}.weight`, `${name}.product`);
  if (!weights.has(`${name}.bias`)) return product;
  weights.requireDims(`${name}.bias`, dims.slice(0, 1));
  return weights.graph.op('Add', [product, weights.vector(`${name}.bias`)], `${name}.biased`);
}

function addProjections(
  weights: WeightGraph,
  at: string,
  x: string,
  { shape }: Decoder,
): readonly [q: string, k: string, v: string] {
  const [queries, keys] = [shape.heads * shape.headSize, shape.keyHeads * shape.headSize];
  if (!weights.has(`${at}qkv.weight`)) {
    const project = (side: string, width: number): string =>
      addLinear(weights, x, `${at}${side}`, [width, shape.hiddenSize]);
    return [project('q', queries), project('k', keys), project('v', keys)];
  }
  const all = addLinear(weights, x, `${at}qkv`, [queries + 2 * keys, shape.hiddenSize]);
  const parts = [`${at}q`, `${at}k`, `${at}v`] as const;
  const sizes = weights.graph.integers('qkv_sizes', [queries, keys, keys]);
  weights.graph.op('Split', [all, sizes], parts, { attributes: { axis: -1n } });
  return parts;
}

/** RMS norm of each head (Qwen3), or of all heads together (OLMo 2), where the model has it. */
function addHeadNorm(weights: WeightGraph, x: string, weight: string, count: number, decoder: Decoder): string {
  if (!weights.has(weight)) return x;
  const { graph } = weights;
  const { headSize } = decoder.shape;
  if (weights.rows(weight) === count * headSize && count > 1) return addNorm(weights, x, weight, decoder);
  weights.requireDims(weight, [headSize]);
  const four = graph.op('Reshape', [x, graph.integers(`heads${count}`, [0, 0, count, headSize])], `${x}.heads`);
  const normed = addNorm(weights, four, weight, decoder);
  return graph.op('Reshape', [normed, graph.integers(`flat${count}`, [0, 0, count * headSize])], `${x}.normed`);
}

function addRotation(
  { graph }: WeightGraph,
  x: string,
  count: number,
  { frequencies, interleaved }: Rope,
  at: number,
  headSize: number,
): string {
  const turned = 2 * frequencies.length;
  const part = turned === headSize ? {} : { rotary_embedding_dim: BigInt(turned) };
  const attributes = { num_heads: BigInt(count), interleaved: interleaved ? 1n : 0n, ...part };
  const inputs = [x, ROPE_ROWS, `rope${at}.cos`, `rope${at}.sin`];
  return graph.op('RotaryEmbedding', inputs, `${x}.turned`, { domain: MICROSOFT, attributes });
}
