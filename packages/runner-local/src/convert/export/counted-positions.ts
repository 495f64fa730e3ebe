import type { NodeProto } from '../generated/onnx_pb.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { tensorBytes } from '../onnx/tensor-source.ts';
import { POSITIONS } from '../slim/slim-frame.ts';

/**
 * Replaces positions that a graph counts on from the length of its past, one row for all, by the slim layout's, where each
 * row has a past of its own. Exports of Gemma have no input for positions.
 */
export function replaceCountedPositions(graph: OnnxGraph): void {
  const counted = [...graph.nodes].filter((node) => node.opType === 'Range' && isPastLength(graph, node.input[0]!));
  for (const row of counted.flatMap((range) => graph.consumers(range.output[0]!))) {
    if (row.opType !== 'Unsqueeze' || !addsFirstAxis(graph, row)) continue;
    const [value] = row.output;
    graph.redirect(value!, POSITIONS, graph.consumers(value!));
  }
}

function isPastLength(graph: OnnxGraph, value: string): boolean {
  const gather = graph.producer(value);
  if (gather?.opType !== 'Gather') return false;
  const shape = graph.producer(gather.input[0]!);
  return shape?.opType === 'Shape' && shape.input[0]!.startsWith('past_key_values.');
}

function addsFirstAxis(graph: OnnxGraph, { input: [, axes] }: NodeProto): boolean {
  const tensor = graph.initializers.get(axes ?? '');
  return tensor !== undefined && tensor.byteLength === 8 && tensorBytes(tensor).every((byte) => byte === 0);
}
