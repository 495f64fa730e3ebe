import { cannotConvert } from '../export/cannot-convert.ts';
import { finishSlim, type SlimGraph } from '../export/slim-from-export.ts';
import { MICROSOFT } from '../onnx/onnx-graph.ts';
import { tensorBytes } from '../onnx/tensor-source.ts';
import { addGroupedAttention } from '../slim/grouped-attention.ts';
import { addNewKeysAndValues, addSlimFrame, POSITIONS } from '../slim/slim-frame.ts';
import { addDistributions, addWantedRows } from '../slim/slim-head.ts';
import { plainTensor } from './ggml-blocks.ts';
import { type GgufConfig, readGgufConfig } from './gguf-config.ts';
import { GgufGraph } from './gguf-graph.ts';
import type { GgufFile } from './read-gguf.ts';

/**
 * Builds the slim graph of a llama-family model over the blocks of a GGUF file, each weight as exact as the file has it.
 * @throws AssayError MODEL_UNSUPPORTED naming the architecture, block format or tensor, MODEL_LOAD
 */
export function slimFromGguf(file: GgufFile): SlimGraph & { readonly config: GgufConfig } {
  const freqs = file.tensors.get('rope_freqs.weight');
  const weights = new GgufGraph(file);
  if (freqs !== undefined) weights.vector('rope_freqs.weight');
  const factors = freqs && new Float32Array(tensorBytes(plainTensor(freqs)).buffer);
  const config = readGgufConfig(file, factors);
  const { graph } = weights;
  addSlimFrame(graph, config.shape);
  addRopeTables(weights, config);
  let residual = weights.lookup('input_ids', 'token_embd.weight', 'h0');
  let x = addNorm(weights, residual, 'blk.0.attn_norm.weight', config.epsilon);
  const news: string[] = [];
  for (let layer = 0; layer < config.shape.layers; layer++) {
    const isLast = layer + 1 === config.shape.layers;
    const next = isLast ? 'output_norm.weight' : `blk.${layer + 1}.attn_norm.weight`;
    const attended = addAttention(weights, layer, x, config, news);
    const middle = addNormOfSum(weights, attended, residual, `blk.${layer}.ffn_norm.weight`, config.epsilon);
    const fed = addFeedForward(weights, layer, middle.normed);
    ({ normed: x, sum: residual } = addNormOfSum(weights, fed, middle.sum, next, config.epsilon));
  }
  addNewKeysAndValues(graph, config.shape, news);
  const rows = addWantedRows(graph, x, config.shape.hiddenSize, 3);
  weights.linear(rows, weights.has('output.weight') ? 'output.weight' : 'token_embd.weight', 'logits');
  addDistributions(graph, 'logits', 3);
  const unused = weights.unused();
  if (unused.length > 0) throw cannotConvert(file.path, `what its tensor ${unused[0]} does is not known`);
  return { ...finishSlim(graph, file.path, false), config };
}

/** Cosines and sines of every position, computed when the session is made. */
function addRopeTables({ graph }: GgufGraph, { contextLength, frequencies }: GgufConfig): void {
  const number = (value: number): string => graph.floats(`float${value}`, [value], []);
  const positions = graph.op('Range', [number(0), number(contextLength), number(1)], 'rope.positions');
  const column = graph.op('Unsqueeze', [positions, graph.integers('axis1', [1])], 'rope.column');
  const row = graph.floats('rope.frequencies', frequencies, [1, frequencies.length]);
  const angles = graph.op('MatMul', [column, row], 'rope.angles');
  graph.op('Cos', [angles], 'rope.cos');
  graph.op('Sin', [angles], 'rope.sin');
}

function addAttention(weights: GgufGraph, layer: number, x: string, config: GgufConfig, news: string[]): string {
  const { graph } = weights;
  const { heads, keyHeads, headSize } = config.shape;
  const at = `blk.${layer}.attn_`;
  const project = (side: 'q' | 'k' | 'v'): string => {
    const product = weights.linear(x, `${at}${side}.weight`, `${at}${side}`);
    const bias = `${at}${side}.bias`;
    return weights.has(bias) ? graph.op('Add', [product, weights.vector(bias)], `${at}${side}.biased`) : product;
  };
  const turned = (side: 'q' | 'k', count: number): string => {
    const normed = addHeadNorm(weights, project(side), `${at}${side}_norm.weight`, count, config);
    const attributes = { num_heads: BigInt(count), interleaved: config.interleaved ? 1n : 0n };
    const inputs = [normed, POSITIONS, 'rope.cos', 'rope.sin'];
    return graph.op('RotaryEmbedding', inputs, `${at}${side}.turned`, { domain: MICROSOFT, attributes });
  };
  const [q, k, v] = [turned('q', heads), turned('k', keyHeads), project('v')];
  news.push(k, v);
  addGroupedAttention(graph, layer, [q, k, v], headSize ** -0.5, config.shape, `${at}out`);
  return weights.linear(`${at}out`, `${at}output.weight`, `${at}projected`);
}

/** RMS norm of each head, where the model has it (Qwen3). */
function addHeadNorm(weights: GgufGraph, x: string, weight: string, count: number, config: GgufConfig): string {
  if (!weights.has(weight)) return x;
  const { graph } = weights;
  const { headSize } = config.shape;
  const four = graph.op('Reshape', [x, graph.integers(`heads${count}`, [0, 0, count, headSize])], `${x}.heads`);
  const normed = addNorm(weights, four, weight, config.epsilon);
  return graph.op('Reshape', [normed, graph.integers(`flat${count}`, [0, 0, count * headSize])], `${x}.normed`);
}

/** silu(gate) · up, and down again. */
function addFeedForward(weights: GgufGraph, layer: number, x: string): string {
  const { graph } = weights;
  const at = `blk.${layer}.ffn_`;
  const gate = weights.linear(x, `${at}gate.weight`, `${at}gate`);
  const silu = graph.op('QuickGelu', [gate], `${at}silu`, { domain: MICROSOFT, attributes: { alpha: 1 } });
  const up = weights.linear(x, `${at}up.weight`, `${at}up`);
  return weights.linear(graph.op('Mul', [silu, up], `${at}product`), `${at}down.weight`, `${at}down`);
}

function addNorm(weights: GgufGraph, x: string, weight: string, epsilon: number): string {
  const attributes = { axis: -1n, epsilon, stash_type: 1n };
  return weights.graph.op('SimplifiedLayerNormalization', [x, weights.vector(weight)], `${weight}.out`, { attributes });
}

/** The sum of two values and its norm. */
function addNormOfSum(
  weights: GgufGraph,
  x: string,
  residual: string,
  weight: string,
  epsilon: number,
): { readonly normed: string; readonly sum: string } {
  const outputs = [`${weight}.out`, '', '', `${weight}.sum`];
  const options = { domain: MICROSOFT, attributes: { epsilon } };
  weights.graph.op('SkipSimplifiedLayerNormalization', [x, residual, weights.vector(weight)], outputs, options);
  return { normed: outputs[0]!, sum: outputs[3]! };
}
