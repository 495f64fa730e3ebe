import { MICROSOFT, type OnnxGraph } from '../onnx/onnx-graph.ts';
import type { WeightGraph } from '../weights/weight-graph.ts';
import { addLinear } from './attention.ts';
import type { Activation, Decoder } from './decoder.ts';

/** down(act(gate) · up), or down(act(up)) in models without a gate; gate and up may lie in one weight, the gate first. */
export function addFeedForward(weights: WeightGraph, layer: number, x: string, decoder: Decoder): string {
  const { graph } = weights;
  const { hiddenSize } = decoder.shape;
  const at = `blk.${layer}.ffn_`;
  const rows = weights.rows(`${at}up.weight`);
  const gated = weights.has(`${at}gate.weight`);
  const width = weights.columns(`${at}down.weight`);
  let up = addLinear(weights, x, `${at}up`, [rows, hiddenSize]);
  let gate = gated ? addLinear(weights, x, `${at}gate`, [width, hiddenSize]) : undefined;
  if (!gated && rows === 2 * width) {
    const halves = [`${at}gate_half`, `${at}up_half`] as const;
    graph.op('Split', [up, graph.integers('gate_up_sizes', [width, width])], halves, { attributes: { axis: -1n } });
    [gate, up] = halves;
  }
  const active = addActivation(graph, gate ?? up, decoder.activation);
  const product = gate === undefined ? active : graph.op('Mul', [active, up], `${at}gated`);
  return addLinear(weights, product, `${at}down`, [hiddenSize, width]);
}

function addActivation(graph: OnnxGraph, x: string, activation: Activation): string {
  const to = `${x}.active`;
  switch (activation) {
    case 'silu':
      return graph.op('QuickGelu', [x], to, { domain: MICROSOFT, attributes: { alpha: 1 } });
    case 'gelu_tanh':
      return graph.op('FastGelu', [x], to, { domain: MICROSOFT });
    case 'gelu':
      return graph.op('Gelu', [x], to, { domain: MICROSOFT });
    case 'relu2': {
      const positive = graph.op('Relu', [x], `${to}.relu`);
      return graph.op('Mul', [positive, positive], to);
    }
  }
}
