import { cannotConvert } from '../export/cannot-convert.ts';
import { finishSlim, type SlimGraph } from '../export/slim-from-export.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { addCap } from '../slim/cap.ts';
import { addNewKeysAndValues, addSlimFrame } from '../slim/slim-frame.ts';
import { addDistributions, addWantedRows } from '../slim/slim-head.ts';
import { WeightGraph } from '../weights/weight-graph.ts';
import type { WeightTensor } from '../weights/weight-tensor.ts';
import { addAttention, addRopeTables } from './attention.ts';
import type { Decoder } from './decoder.ts';
import { addFeedForward } from './feed-forward.ts';
import { addNorm, addPartEnd, addToStream } from './norms.ts';

/**
 * Builds the slim graph of a decoder over the weights of a file, each as exact as the file has it.
 * @param tensors by llama.cpp's names
 * @param path what errors name
 * @throws AssayError MODEL_UNSUPPORTED naming the tensor that is missing, not known, or of another shape
 */
export function buildDecoder(tensors: ReadonlyMap<string, WeightTensor>, decoder: Decoder, path: string): SlimGraph {
  const weights = new WeightGraph(tensors, path);
  const { graph } = weights;
  const { hiddenSize, layers } = decoder.shape;
  requireEvenLayers([...tensors.keys()], layers, path);
  addSlimFrame(
    graph,
    decoder.shape,
    decoder.layers.map(({ window }) => window),
  );
  addRopeTables(weights, decoder);
  let stream = addEmbedding(weights, decoder);
  if (weights.has('blk.0.attn_norm.weight')) weights.requireDims('blk.0.attn_norm.weight', [hiddenSize]);
  let read = weights.has('blk.0.attn_norm.weight')
    ? addNorm(weights, stream, 'blk.0.attn_norm.weight', decoder)
    : stream;
  const news: string[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const at = `blk.${layer}.`;
    const next = layer + 1 === layers ? 'output_norm.weight' : `blk.${layer + 1}.attn_norm.weight`;
    const attended = addAttention(weights, layer, read, decoder, news);
    const middle = addPartEnd(weights, attended, `${at}post_attention_norm.weight`, decoder);
    ({ stream, read } = addToStream(weights, middle, stream, `${at}ffn_norm.weight`, decoder));
    const fed = addFeedForward(weights, layer, read, decoder);
    const end = addPartEnd(weights, fed, `${at}post_ffw_norm.weight`, decoder);
    ({ stream, read } = addToStream(weights, end, stream, next, decoder));
  }
  addNewKeysAndValues(graph, decoder.shape, news);
  const rows = addWantedRows(graph, read, hiddenSize, 3);
  addLogits(weights, rows, decoder);
  addDistributions(graph, 'logits', 3);
  const unused = weights.unused();
  if (unused.length > 0) throw cannotConvert(path, `what its tensor ${unused[0]} does is not known`);
  const slim = finishSlim(graph, path, false);
  return weights.format === 'plain' ? slim : { ...slim, format: weights.format };
}

/** Norms of a layer, of which each pair has one: before its part, or behind it. */
const NORMS = [
  ['attn_norm.weight', 'post_attention_norm.weight'],
  ['ffn_norm.weight', 'post_ffw_norm.weight'],
] as const;

/** A norm, bias or gate that one layer lacks would be left out in silence: layers of these families have all the same tensors. */
function requireEvenLayers(names: readonly string[], layers: number, path: string): void {
  const known = new Set(names);
  const parts = new Set(
    names.flatMap((name) => /^blk\.\d+\.(.+(?:norm\.weight|\.bias)|ffn_gate\.weight)$/.exec(name)?.[1] ?? []),
  );
  for (const [before, behind] of NORMS) if (!parts.has(behind)) parts.add(before);
  const wanted = Array.from({ length: layers }, (_, layer) => [...parts].map((part) => `blk.${layer}.${part}`)).flat();
  const missing = [...wanted, 'output_norm.weight'].find((name) => !known.has(name));
  if (missing !== undefined) throw cannotConvert(path, `it has no tensor ${missing}`);
}

function addEmbedding(weights: WeightGraph, { vocabularySize, shape, embeddingFactor }: Decoder): string {
  weights.requireDims('token_embd.weight', [vocabularySize, shape.hiddenSize]);
  return addFactor(weights.graph, weights.lookup('input_ids', 'token_embd.weight', 'h0'), embeddingFactor, 'embedded');
}

function addLogits(
  weights: WeightGraph,
  rows: string,
  { vocabularySize, shape, logitFactor, logitCap }: Decoder,
): void {
  const { graph } = weights;
  const name = weights.has('output.weight') ? 'output' : 'token_embd';
  weights.requireDims(`${name}.weight`, [vocabularySize, shape.hiddenSize]);
  const product = weights.linear(rows, `${name}.weight`, 'logits.product');
  const biased =
    name === 'output' && weights.has('output.bias')
      ? graph.op('Add', [product, weights.vector('output.bias')], 'logits.biased')
      : product;
  const scaled = addFactor(graph, biased, logitFactor, 'logits.scaled');
  if (logitCap === null) graph.op('Identity', [scaled], 'logits');
  else addCap(graph, scaled, logitCap, 'logits');
}

function addFactor(graph: OnnxGraph, x: string, factor: number, output: string): string {
  return factor === 1 ? x : graph.op('Mul', [x, graph.floats(`factor_${output}`, [factor], [])], output);
}
