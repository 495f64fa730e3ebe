import type { OnnxGraph } from '../onnx/onnx-graph.ts';

/** cap · tanh(x / cap) */
export function addCap(graph: OnnxGraph, x: string, cap: number, output: string): string {
  const size = graph.floats(`cap${cap}`, [cap], []);
  const bent = graph.op('Tanh', [graph.op('Div', [x, size], `${output}.over`)], `${output}.bent`);
  return graph.op('Mul', [bent, size], output);
}
