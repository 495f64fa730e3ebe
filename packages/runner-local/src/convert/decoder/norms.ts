import { MICROSOFT } from '../onnx/onnx-graph.ts';
import type { WeightGraph } from '../weights/weight-graph.ts';
import type { Decoder } from './decoder.ts';

/** RMS norm over the last axis. */
export function addNorm(weights: WeightGraph, x: string, weight: string, { epsilon, normShift }: Decoder): string {
  const attributes = { axis: -1n, epsilon, stash_type: 1n };
  const inputs = [x, weights.vector(weight, normShift)];
  return weights.graph.op('SimplifiedLayerNormalization', inputs, `${weight}.out`, { attributes });
}

/** A part's result on its way into the stream: its own norm and factor, where the model has them. */
export function addPartEnd(weights: WeightGraph, x: string, weight: string, decoder: Decoder): string {
  const { graph } = weights;
  if (weights.has(weight)) weights.requireDims(weight, [decoder.shape.hiddenSize]);
  const normed = weights.has(weight) ? addNorm(weights, x, weight, decoder) : x;
  if (decoder.residualFactor === 1) return normed;
  return graph.op('Mul', [normed, graph.floats('residual_factor', [decoder.residualFactor], [])], `${normed}.part`);
}

/**
 * The stream after a part was added to it, and what the next part reads: the same, normed where the model has a norm there.
 */
export function addToStream(
  weights: WeightGraph,
  part: string,
  stream: string,
  weight: string,
  { epsilon, normShift, shape }: Decoder,
): { readonly stream: string; readonly read: string } {
  if (!weights.has(weight)) {
    const sum = weights.graph.op('Add', [part, stream], `${weight}.sum`);
    return { stream: sum, read: sum };
  }
  weights.requireDims(weight, [shape.hiddenSize]);
  const outputs = [`${weight}.out`, '', '', `${weight}.sum`];
  const options = { domain: MICROSOFT, attributes: { epsilon } };
  const inputs = [part, stream, weights.vector(weight, normShift)];
  weights.graph.op('SkipSimplifiedLayerNormalization', inputs, outputs, options);
  return { stream: outputs[3]!, read: outputs[0]! };
}
